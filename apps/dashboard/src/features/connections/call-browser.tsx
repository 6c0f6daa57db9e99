import { listConnectionCalls, type ProxyCall } from '@mortise/contract';
import { ArrowLeftRight } from 'lucide-react';
import { usePages } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { buttonClass } from '../../ui/button.tsx';

/** What was asked of the provider in an account's name, newest first, each row leading to its trace. */
export function CallBrowser({ connectionId }: { connectionId: string }) {
  const calls = usePages(listConnectionCalls, { params: { id: connectionId } });
  return (
    <Card flush>
      <ListBody
        pages={calls}
        empty={
          <EmptyState
            icon={<ArrowLeftRight />}
            title={text.connections.callsEmptyTitle}
            description={text.connections.callsEmpty}
            action={
              <a href="/api/docs" target="_blank" rel="noreferrer" className={buttonClass({})}>
                {text.connections.apiDocs}
              </a>
            }
          />
        }
      >
        {(rows) => (
          <DataTable
            label={text.connections.tabCalls}
            columns={columns}
            rows={rows}
            rowKey={(call) => call.id}
          />
        )}
      </ListBody>
    </Card>
  );
}

const columns: readonly Column<ProxyCall>[] = [
  {
    key: 'call',
    label: text.connections.call,
    grow: true,
    cell: ({ method, path, traceId, error, actor }) => (
      <>
        <RowLink to="/traces/$id" params={{ id: traceId }} className="font-mono text-sm">
          {method} {path}
        </RowLink>
        <span className="block truncate text-sm text-ink-faint">{error ?? actor.name}</span>
      </>
    ),
  },
  {
    key: 'took',
    label: text.connections.callTook,
    from: 'md',
    align: 'right',
    cell: ({ durationMs }) => <span className="text-ink-soft">{durationText(durationMs, locale)}</span>,
  },
  {
    key: 'answer',
    label: text.connections.callAnswer,
    cell: ({ status }) => (
      <StatusPill tone={status === null || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good'}>
        {status ?? text.connections.noAnswer}
      </StatusPill>
    ),
  },
  {
    key: 'when',
    label: text.connections.callWhen,
    from: 'sm',
    align: 'right',
    cell: ({ at }) => <RelativeTime at={at} className="text-ink-soft" />,
  },
];
