import { listReplays, type Replay } from '@mortise/contract';
import { usePages } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { ReplayPill } from './replay-pill.tsx';
import { spanText } from './span-text.ts';

interface ReplayHistoryProps {
  webhookId: string;
  /** Opens the dialog of a replay; left out for whoever may not start one. */
  onReplay?: (() => void) | undefined;
}

/** What was sent again for a webhook, newest first. */
export function ReplayHistory({ webhookId, onReplay }: ReplayHistoryProps) {
  const replays = usePages(listReplays, { query: { webhookId, limit: 10 } });
  return (
    <Card
      title={text.replays.history}
      flush
      actions={
        onReplay === undefined ? undefined : (
          <Button size="sm" onClick={onReplay}>
            {text.replays.open}
          </Button>
        )
      }
    >
      <ListBody
        pages={replays}
        empty={<p className="px-4 pb-4.5 text-pretty text-ink-soft sm:px-5">{text.replays.historyEmpty}</p>}
      >
        {(rows) => (
          <DataTable
            label={text.replays.history}
            columns={columns}
            rows={rows}
            rowKey={(replay) => replay.id}
          />
        )}
      </ListBody>
    </Card>
  );
}

const columns: readonly Column<Replay>[] = [
  {
    key: 'what',
    label: text.replays.what,
    grow: true,
    cell: ({ what, eventTypes, reason, from, to }) => (
      <>
        <span className="block truncate font-medium">{text.replays.whats[what].name}</span>
        <span className="block text-sm whitespace-normal text-ink-faint">{spanText(from, to)}</span>
        {eventTypes === null ? null : (
          <span className="block truncate text-sm text-ink-faint">{text.replays.onlyTypes(eventTypes)}</span>
        )}
        {reason === null ? null : (
          <span className="block text-sm whitespace-normal text-ink-faint">{reason}</span>
        )}
      </>
    ),
  },
  {
    key: 'queued',
    label: text.replays.queued,
    align: 'right',
    cell: ({ queued }) => new Intl.NumberFormat(locale).format(queued),
  },
  { key: 'status', label: text.replays.status, cell: (replay) => <ReplayPill replay={replay} /> },
];
