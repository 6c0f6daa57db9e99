import { listSources } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { Inbox, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../app/me.ts';
import { useFilters } from '../app/use-page.ts';
import { usePages } from '../app/use-read.ts';
import { ShownOnceDialog } from '../features/ingest/shown-once-dialog.tsx';
import { SourceDialog } from '../features/ingest/source-dialog.tsx';
import { SourceTable } from '../features/ingest/source-table.tsx';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const { add } = useFilters();
  const navigate = useNavigate();
  const mayAdd = useMay('developer');
  const sources = usePages(listSources, {});
  const [created, setCreated] = useState<{ id: string; url: string | null; secret: string | null }>();
  const open = (yes: boolean) =>
    void navigate({ to: '/sources', search: { add: yes ? 'source' : undefined }, replace: true });
  const addButton = mayAdd ? (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => open(true)}>
      {text.ingest.add}
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader
        title={text.app.pages.sources}
        description={text.ingest.lead}
        actions={sources.rows.length === 0 ? undefined : addButton}
      />
      <Card flush>
        <ListBody
          pages={sources}
          empty={
            <EmptyState
              icon={<Inbox />}
              title={text.ingest.emptyTitle}
              description={text.ingest.empty}
              action={addButton}
            />
          }
        >
          {(rows) => <SourceTable rows={rows} />}
        </ListBody>
      </Card>
      {add !== undefined && mayAdd && created === undefined ? (
        <SourceDialog
          onClose={() => open(false)}
          onCreated={({ id, url, secret }) => setCreated({ id, url, secret })}
        />
      ) : null}
      {created === undefined ? null : (
        <ShownOnceDialog
          title={text.ingest.createdTitle}
          description={text.ingest.createdText}
          url={created.url}
          secret={created.secret}
          onClose={() => void navigate({ to: '/sources/$id', params: { id: created.id } })}
        />
      )}
    </>
  );
}
