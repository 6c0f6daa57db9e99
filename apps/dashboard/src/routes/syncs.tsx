import { listSyncs } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { RefreshCw } from 'lucide-react';
import { useFilters } from '../app/use-page.ts';
import { usePages } from '../app/use-read.ts';
import { RunBrowser } from '../features/sync/run-browser.tsx';
import { SyncTable } from '../features/sync/sync-table.tsx';
import { text } from '../messages/index.ts';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Tabs } from '../ui/tabs.tsx';

export function Page() {
  const filters = useFilters();
  const navigate = useNavigate();
  const syncs = usePages(listSyncs, {});
  const filter = (search: Record<string, string | undefined>) =>
    void navigate({ to: '/syncs', search, replace: true });
  return (
    <>
      <PageHeader title={text.app.pages.syncs} description={text.sync.lead} />
      <Tabs
        label={text.sync.tabs}
        value={filters['tab'] === 'runs' ? 'runs' : 'syncs'}
        onChange={(tab) => filter({ tab: tab === 'syncs' ? undefined : tab })}
        tabs={[
          {
            value: 'syncs',
            label: text.sync.tabSyncs,
            content: (
              <Card flush>
                <ListBody
                  pages={syncs}
                  empty={
                    <EmptyState
                      icon={<RefreshCw />}
                      title={text.sync.emptyTitle}
                      description={text.sync.empty}
                      action={
                        <LinkButton to="/connections" variant="primary">
                          {text.sync.toConnections}
                        </LinkButton>
                      }
                    />
                  }
                >
                  {(rows) => <SyncTable rows={rows} />}
                </ListBody>
              </Card>
            ),
          },
          {
            value: 'runs',
            label: text.sync.tabRuns,
            content: (
              <RunBrowser
                filters={filters}
                onFilter={(change) => filter({ ...filters, tab: 'runs', ...change })}
              />
            ),
          },
        ]}
      />
    </>
  );
}
