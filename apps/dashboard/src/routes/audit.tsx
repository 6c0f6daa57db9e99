import { listAudit, type AuditEntry } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { ThingLink } from '../app/thing-link.tsx';
import { useFilters } from '../app/use-page.ts';
import { usePages } from '../app/use-read.ts';
import { actionText } from '../features/audit/action-text.ts';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CodeView } from '../ui/code-view.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Facts } from '../ui/facts.tsx';
import { FilterChip } from '../ui/filter-chip.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { moveBetweenRows } from '../ui/move-between-rows.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

export function Page() {
  const { subject } = useFilters();
  const navigate = useNavigate();
  const entries = usePages(listAudit, { query: { subject } });
  const [open, setOpen] = useState<AuditEntry>();

  return (
    <>
      <PageHeader title={text.app.pages.audit} description={text.audit.lead} />
      {subject === undefined ? null : (
        <div className="mb-4">
          <FilterChip onClear={() => void navigate({ to: '/audit', search: {} })}>
            {text.audit.filterSubject(subject)}
          </FilterChip>
        </div>
      )}
      <Card flush>
        <ListBody
          pages={entries}
          empty={
            <EmptyState icon={<ScrollText />} title={text.audit.emptyTitle} description={text.audit.empty} />
          }
        >
          {(rows) => (
            <DataTable
              label={text.app.pages.audit}
              columns={entryColumns(setOpen)}
              rows={rows}
              rowKey={(entry) => entry.id}
            />
          )}
        </ListBody>
      </Card>
      <Dialog
        open={open !== undefined}
        onOpenChange={() => setOpen(undefined)}
        place="side"
        title={open === undefined ? '' : actionText(open.action)}
        footer={
          open === undefined ? undefined : (
            <>
              <Button onClick={() => setOpen(undefined)}>{text.ui.close}</Button>
              <LinkButton to="/traces/$id" params={{ id: open.traceId }} variant="primary">
                {text.audit.openTrace}
              </LinkButton>
            </>
          )
        }
      >
        {open === undefined ? null : <EntryDetails entry={open} />}
      </Dialog>
    </>
  );
}

function entryColumns(open: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  return [
    {
      key: 'action',
      label: text.audit.action,
      grow: true,
      cell: (entry) => (
        <button
          type="button"
          data-row-link
          aria-label={text.audit.showDetails(actionText(entry.action))}
          onClick={() => open(entry)}
          onKeyDown={moveBetweenRows}
          className="block max-w-full truncate rounded-sm text-left font-medium after:absolute after:inset-0"
        >
          {actionText(entry.action)}
        </button>
      ),
    },
    { key: 'actor', label: text.audit.actor, cell: (entry) => <ActorName entry={entry} /> },
    {
      key: 'subject',
      label: text.audit.subject,
      from: 'lg',
      cell: (entry) => (entry.subject === null ? null : <ThingLink id={entry.subject} short />),
    },
    {
      key: 'when',
      label: text.audit.when,
      from: 'sm',
      align: 'right',
      cell: (entry) => <RelativeTime at={entry.at} className="text-ink-soft" />,
    },
  ];
}

function ActorName({ entry }: { entry: AuditEntry }) {
  return (
    <span
      className="block max-w-32 truncate text-ink-soft sm:max-w-48"
      title={text.audit.actorKinds[entry.actor.kind]}
    >
      {entry.actor.name}
    </span>
  );
}

function EntryDetails({ entry }: { entry: AuditEntry }) {
  return (
    <div className="flex flex-col gap-4">
      <Facts
        rows={[
          [text.audit.actor, entry.actor.name],
          [text.audit.kind, text.audit.actorKinds[entry.actor.kind]],
          [
            text.audit.subject,
            entry.subject === null ? null : <ThingLink key="subject" id={entry.subject} />,
          ],
          [text.audit.when, <RelativeTime key="when" at={entry.at} />],
        ]}
      />
      <CodeView value={entry.details} label={text.audit.detailsOf(actionText(entry.action))} />
    </div>
  );
}
