import { listRuns, runStatus, type Run } from '@mortise/contract';
import { History } from 'lucide-react';
import { usePages } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { accountTitle } from '../connections/account-title.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { Select } from '../../ui/select.tsx';
import { RunTable } from './run-table.tsx';
import { useConnections } from './use-connections.ts';

interface RunBrowserProps {
  /** Only those of one connection; then it need not be chosen or named. */
  connectionId?: string;
  filters: Readonly<Record<string, string | undefined>>;
  onFilter: (change: Record<string, string | undefined>) => void;
}

/** Runs with their filters. */
export function RunBrowser({ connectionId, filters, onFilter }: RunBrowserProps) {
  const { connections } = useConnections();
  const status = runStatus.safeParse(filters['status']).data;
  const account = connectionId ?? filters['connectionId'];
  const runs = usePages(listRuns, { query: { connectionId: account, status } });
  const isFiltered = status !== undefined || (connectionId === undefined && account !== undefined);
  return (
    <>
      <div className="mb-4 flex flex-wrap gap-3">
        <Select<Run['status'] | ''>
          aria-label={text.sync.status}
          value={status ?? ''}
          className="w-full sm:w-48"
          choices={[
            { value: '', label: text.sync.allStatuses },
            ...runStatus.options.map((value) => ({ value, label: text.sync.runStatuses[value] })),
          ]}
          onChange={(value) => onFilter({ status: value === '' ? undefined : value })}
        />
        {connectionId === undefined ? (
          <Select
            aria-label={text.sync.account}
            value={account ?? ''}
            className="w-full sm:w-60"
            choices={[
              { value: '', label: text.sync.allAccounts },
              ...connections.map((one) => ({ value: one.id, label: accountTitle(one) })),
            ]}
            onChange={(value) => onFilter({ connectionId: value === '' ? undefined : value })}
          />
        ) : null}
      </div>
      <Card flush>
        <ListBody
          pages={runs}
          empty={
            <EmptyState
              icon={<History />}
              title={isFiltered ? text.sync.runsNoMatchTitle : text.sync.runsEmptyTitle}
              description={isFiltered ? text.sync.runsNoMatch : text.sync.runsEmpty}
            />
          }
        >
          {(rows) => <RunTable rows={rows} withAccount={connectionId === undefined} />}
        </ListBody>
      </Card>
    </>
  );
}
