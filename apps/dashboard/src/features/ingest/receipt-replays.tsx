import { listReceiptReplays, type ReceiptReplay, type Source } from '@mortise/contract';
import { usePages, useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { isDraining } from '../delivery/replay-pace.ts';
import { ReplayPill } from '../delivery/replay-pill.tsx';
import { spanText } from '../delivery/span-text.ts';
import { ReceiptReplayProgress } from './receipt-replay-progress.tsx';
import { useReceiptReplay } from './use-receipt-replay.ts';

/** The replay of a source that has not come to its end, as it goes on. Nothing where there is none. */
export function OpenReceiptReplay({ source }: { source: Pick<Source, 'id' | 'status'> }) {
  const replays = useRead(listReceiptReplays, { query: { sourceId: source.id, limit: 10 } });
  const listed = replays.data?.data.find(isDraining);
  const { data: replay } = useReceiptReplay(listed?.id);
  if (listed === undefined || replay === undefined) return null;
  return (
    <Card title={text.receiptReplays.progressTitle}>
      <ReceiptReplayProgress replay={replay} sourceStatus={source.status} />
    </Card>
  );
}

/** What of a source was processed again, newest first. */
export function ReceiptReplayHistory({ sourceId }: { sourceId: string }) {
  const replays = usePages(listReceiptReplays, { query: { sourceId, limit: 10 } });
  return (
    <Card title={text.receiptReplays.history} flush>
      <ListBody
        pages={replays}
        empty={
          <p className="px-4 pb-4.5 text-pretty text-ink-soft sm:px-5">{text.receiptReplays.historyEmpty}</p>
        }
      >
        {(rows) => (
          <DataTable
            label={text.receiptReplays.history}
            columns={columns}
            rows={rows}
            rowKey={(replay) => replay.id}
          />
        )}
      </ListBody>
    </Card>
  );
}

const columns: readonly Column<ReceiptReplay>[] = [
  {
    key: 'what',
    label: text.receiptReplays.what,
    grow: true,
    cell: ({ failedOnly, reason, from, to }) => (
      <>
        <span className="block truncate font-medium">
          {failedOnly ? text.receiptReplays.failures : text.receiptReplays.all}
        </span>
        <span className="block text-sm whitespace-normal text-ink-faint">{spanText(from, to)}</span>
        {reason === null ? null : (
          <span className="block text-sm whitespace-normal text-ink-faint">{reason}</span>
        )}
      </>
    ),
  },
  {
    key: 'outcome',
    label: text.receiptReplays.outcome,
    align: 'right',
    cell: ({ processed, failed }) => text.receiptReplays.outcomeOf(processed, failed),
  },
  {
    key: 'status',
    label: text.replays.status,
    cell: (replay) => <ReplayPill replay={replay} draining={text.receiptReplays.draining} />,
  },
];
