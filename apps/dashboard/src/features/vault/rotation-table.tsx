import { listRotations, type KeyRotation } from '@mortise/contract';
import { History } from 'lucide-react';
import { usePages } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RotationPill } from './rotation-pill.tsx';
import { isUnderWay } from './use-rotations.ts';

/** Rotations that are over, newest first. */
export function RotationTable() {
  const rotations = usePages(listRotations, { query: { limit: 20 } });
  const past = { ...rotations, rows: rotations.rows.filter((rotation) => !isUnderWay(rotation)) };
  return (
    <Card title={text.vault.historyTitle} flush>
      <ListBody
        pages={past}
        empty={
          <EmptyState
            icon={<History />}
            title={text.vault.historyEmptyTitle}
            description={text.vault.historyEmpty}
          />
        }
      >
        {(rows) => (
          <DataTable
            label={text.vault.historyTitle}
            columns={columns}
            rows={rows}
            rowKey={(rotation) => rotation.requestedAt}
          />
        )}
      </ListBody>
    </Card>
  );
}

const columns: readonly Column<KeyRotation>[] = [
  {
    key: 'requested',
    label: text.vault.requested,
    grow: true,
    cell: ({ requestedAt, requestedBy }) => (
      <>
        <RelativeTime at={requestedAt} />
        <span className="block truncate text-sm text-ink-faint sm:hidden">{requestedBy}</span>
      </>
    ),
  },
  {
    key: 'by',
    label: text.vault.by,
    from: 'sm',
    cell: ({ requestedBy }) => <span className="text-ink-soft">{requestedBy}</span>,
  },
  {
    key: 'sealed',
    label: text.vault.sealed,
    align: 'right',
    cell: ({ done }) => new Intl.NumberFormat(locale).format(done),
  },
  {
    key: 'took',
    label: text.vault.took,
    from: 'md',
    align: 'right',
    cell: ({ startedAt, finishedAt }) =>
      startedAt === null || finishedAt === null ? null : (
        <span className="text-ink-soft">
          {durationText(Date.parse(finishedAt) - Date.parse(startedAt), locale)}
        </span>
      ),
  },
  { key: 'state', label: text.vault.state, cell: ({ state }) => <RotationPill state={state} /> },
];
