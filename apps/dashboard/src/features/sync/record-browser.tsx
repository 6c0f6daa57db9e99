import { listRecords } from '@mortise/contract';
import { Database, Search } from 'lucide-react';
import { usePages } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { accountTitle } from '../connections/account-title.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { RecordTable } from './record-table.tsx';
import { useConnections } from './use-connections.ts';

interface RecordBrowserProps {
  /** Only those of one connection; then it need not be chosen or named. */
  connectionId?: string;
  filters: Readonly<Record<string, string | undefined>>;
  onFilter: (change: Record<string, string | undefined>) => void;
}

const deletedChoices = ['without', 'only', 'with'] as const;

/** Records with search and filters. */
export function RecordBrowser({ connectionId, filters, onFilter }: RecordBrowserProps) {
  const { connections, resources } = useConnections();
  const account = connectionId ?? filters['connectionId'];
  const { resource, search } = filters;
  const deleted = deletedChoices.find((choice) => choice === filters['deleted']) ?? 'without';
  const records = usePages(listRecords, { query: { connectionId: account, resource, search, deleted } });
  const isFiltered =
    resource !== undefined ||
    search !== undefined ||
    deleted !== 'without' ||
    (connectionId === undefined && account !== undefined);
  const labels =
    resources.some(([name]) => name === resource) || resource === undefined
      ? resources
      : [...resources, [resource, resource] as const];
  return (
    <>
      <div className="mb-4 flex flex-wrap gap-3">
        <SearchInput
          label={text.sync.search}
          placeholder={text.sync.searchHint}
          value={search ?? ''}
          onSearch={(value) => onFilter({ search: value === '' ? undefined : value })}
          className="w-full sm:w-64"
        />
        <Select
          aria-label={text.sync.resource}
          value={resource ?? ''}
          className="w-full sm:w-44"
          choices={[
            { value: '', label: text.sync.allResources },
            ...labels.map(([value, label]) => ({ value, label })),
          ]}
          onChange={(value) => onFilter({ resource: value === '' ? undefined : value })}
        />
        {connectionId === undefined ? (
          <Select
            aria-label={text.sync.account}
            value={account ?? ''}
            className="w-full sm:w-56"
            choices={[
              { value: '', label: text.sync.allAccounts },
              ...connections.map((one) => ({ value: one.id, label: accountTitle(one) })),
            ]}
            onChange={(value) => onFilter({ connectionId: value === '' ? undefined : value })}
          />
        ) : null}
        <Segments
          label={text.sync.deletedChoice}
          value={deleted}
          choices={deletedChoices.map((value) => ({ value, label: text.sync.deletedChoices[value] }))}
          onChange={(value) => onFilter({ deleted: value === 'without' ? undefined : value })}
        />
      </div>
      <Card flush>
        <ListBody
          pages={records}
          empty={
            isFiltered ? (
              <EmptyState
                icon={<Search />}
                title={text.sync.recordsNoMatchTitle}
                description={text.sync.recordsNoMatch}
              />
            ) : (
              <EmptyState
                icon={<Database />}
                title={text.sync.recordsEmptyTitle}
                description={text.sync.recordsEmpty}
              />
            )
          }
        >
          {(rows) => <RecordTable rows={rows} withAccount={connectionId === undefined} />}
        </ListBody>
      </Card>
    </>
  );
}
