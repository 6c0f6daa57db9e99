import { listReceipts, listSources, receiptState, receiptVerdict, type Receipt } from '@mortise/contract';
import { Inbox } from 'lucide-react';
import { usePages, useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { Select } from '../../ui/select.tsx';
import { ReceiptTable } from './receipt-table.tsx';
import { UnkeptNotice } from './unkept-notice.tsx';

interface ReceiptBrowserProps {
  /** Only those of one source; then it need not be chosen or named. */
  sourceId?: string;
  filters: Readonly<Record<string, string | undefined>>;
  onFilter: (change: Record<string, string | undefined>) => void;
}

/** Receipts with their filters. */
export function ReceiptBrowser({ sourceId, filters, onFilter }: ReceiptBrowserProps) {
  const verdict = receiptVerdict.safeParse(filters['verdict']).data;
  const state = receiptState.safeParse(filters['state']).data;
  const source = sourceId ?? filters['sourceId'];
  const receipts = usePages(listReceipts, { query: { verdict, state, sourceId: source } });
  const sources = useRead(listSources, { query: { limit: 200 } }, { enabled: sourceId === undefined });
  const isFiltered =
    verdict !== undefined || state !== undefined || (sourceId === undefined && source !== undefined);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <Select<Receipt['verdict'] | ''>
          aria-label={text.ingest.verdict}
          value={verdict ?? ''}
          className="w-full sm:w-44"
          choices={[
            { value: '', label: text.ingest.anyVerdict },
            ...receiptVerdict.options.map((value) => ({ value, label: text.ingest.verdicts[value] })),
          ]}
          onChange={(value) => onFilter({ verdict: value === '' ? undefined : value })}
        />
        <Select<Receipt['state'] | ''>
          aria-label={text.ingest.state}
          value={state ?? ''}
          className="w-full sm:w-44"
          choices={[
            { value: '', label: text.ingest.anyState },
            ...receiptState.options.map((value) => ({ value, label: text.ingest.states[value] })),
          ]}
          onChange={(value) => onFilter({ state: value === '' ? undefined : value })}
        />
        {sourceId === undefined ? (
          <Select
            aria-label={text.ingest.source}
            value={source ?? ''}
            className="w-full sm:w-60"
            choices={[
              { value: '', label: text.ingest.allSources },
              ...(sources.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => onFilter({ sourceId: value === '' ? undefined : value })}
          />
        ) : null}
      </div>
      {state === undefined && (verdict === undefined || verdict === 'refused') ? (
        <UnkeptNotice sourceId={source} />
      ) : null}
      <Card flush>
        <ListBody
          pages={receipts}
          empty={
            <EmptyState
              icon={<Inbox />}
              title={isFiltered ? text.ingest.noMatchTitle : text.ingest.receiptsEmptyTitle}
              description={isFiltered ? text.ingest.noMatch : text.ingest.receiptsEmpty}
            />
          }
        >
          {(rows) => <ReceiptTable rows={rows} withSource={sourceId === undefined} />}
        </ListBody>
      </Card>
    </>
  );
}
