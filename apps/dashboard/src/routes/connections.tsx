import { connectionStatus, listConnections, listIntegrations, type Connection } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { PlugZap } from 'lucide-react';
import { useFilters } from '../app/use-page.ts';
import { usePages, useRead } from '../app/use-read.ts';
import { ConnectNotice } from '../features/connections/connect-notice.tsx';
import { ConnectionTable } from '../features/connections/connection-table.tsx';
import { useConnectOutcome } from '../features/connections/use-connect-outcome.ts';
import { useProviders } from '../features/connections/use-providers.ts';
import { text } from '../messages/index.ts';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Select } from '../ui/select.tsx';

type Status = Connection['status'];

export function Page() {
  const filters = useFilters();
  const navigate = useNavigate();
  const { nameOf } = useProviders();
  const outcome = useConnectOutcome();
  const status = connectionStatus.safeParse(filters['status']).data;
  const { integrationId } = filters;
  const connections = usePages(listConnections, { query: { status, integrationId } });
  const integrations = useRead(listIntegrations, { query: { limit: 200 } });
  const isFiltered = status !== undefined || integrationId !== undefined;
  const filter = (change: { status?: string | undefined; integrationId?: string | undefined }) =>
    void navigate({ to: '/connections', search: { status, integrationId, ...change }, replace: true });

  return (
    <>
      <PageHeader
        title={text.app.pages.connections}
        description={text.connections.listLead}
        actions={<LinkButton to="/integrations">{text.connections.connect}</LinkButton>}
      />
      {outcome?.kind === 'failed' ? (
        <div className="mb-5">
          <ConnectNotice
            failure={outcome.failure}
            retryAfterSeconds={outcome.retryAfterSeconds}
            provider={outcome.provider === undefined ? undefined : nameOf(outcome.provider)}
          />
        </div>
      ) : null}
      <div className="mb-4 flex flex-wrap gap-3">
        <Select<Status | ''>
          aria-label={text.connections.status}
          value={status ?? ''}
          className="w-full sm:w-52"
          choices={[
            { value: '', label: text.connections.allStatuses },
            ...connectionStatus.options.map((value) => ({ value, label: text.connections.statuses[value] })),
          ]}
          onChange={(value) => filter({ status: value === '' ? undefined : value })}
        />
        <Select
          aria-label={text.connections.integration}
          value={integrationId ?? ''}
          className="w-full sm:w-60"
          choices={[
            { value: '', label: text.connections.allIntegrations },
            ...(integrations.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) => filter({ integrationId: value === '' ? undefined : value })}
        />
      </div>
      <Card flush>
        <ListBody
          pages={connections}
          empty={
            isFiltered ? (
              <EmptyState
                icon={<PlugZap />}
                title={text.connections.noneMatchTitle}
                description={text.connections.noneMatch}
              />
            ) : (
              <EmptyState
                icon={<PlugZap />}
                title={text.connections.emptyTitle}
                description={text.connections.empty}
                action={
                  <LinkButton to="/integrations" variant="primary">
                    {text.connections.toIntegrations}
                  </LinkButton>
                }
              />
            )
          }
        >
          {(rows) => <ConnectionTable rows={rows} />}
        </ListBody>
      </Card>
    </>
  );
}
