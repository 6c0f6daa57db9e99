import { ledgerKind, listLedger, type LedgerEntry } from '@mortise/contract';
import { Handshake } from 'lucide-react';
import { usePages } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select } from '../../ui/select.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { ledgerQuery } from './ledger-query.ts';
import { usePurposes } from './use-purposes.ts';

interface LedgerBrowserProps {
  filters: Readonly<Record<string, string | undefined>>;
  onFilter: (change: Record<string, string | undefined>) => void;
}

/** The ledger with its filters; each line leads to its grant. */
export function LedgerBrowser({ filters, onFilter }: LedgerBrowserProps) {
  const query = ledgerQuery(filters);
  const entries = usePages(listLedger, { query });
  const purposes = usePurposes();
  const isFiltered = Object.values(query).some((value) => value !== undefined);
  const orNone = (value: string) => (value === '' ? undefined : value);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <SearchInput
          label={text.consent.searchSubject}
          placeholder={text.consent.searchSubject}
          value={query.subjectId ?? ''}
          onSearch={(value) => onFilter({ subjectId: orNone(value) })}
          className="w-full sm:w-60"
        />
        <Select<LedgerEntry['kind'] | ''>
          aria-label={text.consent.kind}
          value={query.kind ?? ''}
          className="w-full sm:w-52"
          choices={[
            { value: '', label: text.consent.allKinds },
            ...ledgerKind.options.map((value) => ({ value, label: text.consent.kinds[value] })),
          ]}
          onChange={(value) => onFilter({ kind: orNone(value) })}
        />
        <Select
          aria-label={text.consent.purpose}
          value={query.purposeId ?? ''}
          className="w-full sm:w-60"
          choices={[
            { value: '', label: text.consent.allPurposes },
            ...purposes.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) => onFilter({ purposeId: orNone(value) })}
        />
      </div>
      <Card flush>
        <ListBody
          pages={entries}
          empty={
            <EmptyState
              icon={<Handshake />}
              title={isFiltered ? text.consent.noMatchTitle : text.consent.emptyTitle}
              description={isFiltered ? text.consent.noMatch : text.consent.empty}
            />
          }
        >
          {(rows) => (
            <DataTable
              label={text.consent.ledger}
              columns={columns}
              rows={rows}
              rowKey={(entry) => entry.id}
            />
          )}
        </ListBody>
      </Card>
    </>
  );
}

const columns: readonly Column<LedgerEntry>[] = [
  {
    key: 'subject',
    label: text.consent.subject,
    grow: true,
    cell: (entry) => (
      <>
        <RowLink to="/consent/$id" params={{ id: entry.consentId }} className="font-mono text-sm">
          {entry.subjectId}
        </RowLink>
        <span className="block truncate text-sm text-ink-faint lg:hidden">{entry.purpose.name}</span>
        {entry.reason === null ? null : (
          <span className="block truncate text-sm text-ink-faint">{entry.reason}</span>
        )}
      </>
    ),
  },
  {
    key: 'kind',
    label: text.consent.kind,
    cell: ({ kind }) => (
      <StatusPill tone={kind === 'granted' ? 'good' : 'bad'}>{text.consent.kinds[kind]}</StatusPill>
    ),
  },
  {
    key: 'purpose',
    label: text.consent.purpose,
    from: 'lg',
    cell: (entry) => <span className="block max-w-56 truncate text-ink-soft">{entry.purpose.name}</span>,
  },
  {
    key: 'text',
    label: text.consent.textVersion,
    from: 'md',
    cell: (entry) => (
      <span className="figures text-ink-soft">{text.consent.versionNumber(entry.textVersion)}</span>
    ),
  },
  {
    key: 'by',
    label: text.consent.by,
    from: 'xl',
    cell: (entry) => <span className="block max-w-40 truncate text-ink-soft">{entry.recordedBy.name}</span>,
  },
  {
    key: 'when',
    label: text.consent.when,
    from: 'sm',
    align: 'right',
    cell: (entry) => <RelativeTime at={entry.at} className="text-ink-soft" />,
  },
];
