import type { listReceipts, listUnkeptReceipts, readReceipt, replayReceipt } from '@mortise/contract';
import { record } from '../audit/index.ts';
import {
  bareId,
  idCursor,
  idFloor,
  MortiseError,
  newId,
  notFound,
  publicId,
  toPage,
  type Handler,
} from '../kernel/index.ts';
import type { IngestDeps } from './deps.ts';
import { queueAgain } from './queue-store.ts';
import { textOf } from './read-body.ts';
import { listReceiptRows, readOutcomes, readReceiptRow, showReceipt } from './receipt-store.ts';
import { keptRefusals } from './refusal-budget.ts';
import { readUnkept } from './refusal-store.ts';
import { firstHour } from './show-statistics.ts';
import { readSourceRow } from './source-store.ts';

/** Whether a text can stand in JSON as it is: a NUL may, and no reader expects it. */
const isReadable = (text: string | undefined): text is string => text !== undefined && !text.includes('\0');

/** @param wake tells what works receipts off that there is something new */
export function receiptRoutes(deps: IngestDeps, wake: () => void) {
  const { db, hints, clock } = deps;

  const list: Handler<typeof listReceipts> = async ({ tenantId }, { query }) => {
    const rows = await db.tenant(tenantId, (tx) =>
      listReceiptRows(tx, tenantId, {
        before: query.cursor === undefined ? undefined : idCursor(query.cursor),
        sourceId: query.sourceId === undefined ? undefined : bareId('source', query.sourceId),
        verdict: query.verdict,
        state: query.state,
        fromId: query.from === undefined ? undefined : idFloor(new Date(query.from)),
        toId: query.to === undefined ? undefined : idFloor(new Date(query.to)),
        dedupeKey: query.dedupeKey,
        traceId: query.traceId,
        limit: query.limit,
      }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showReceipt);
  };

  const read: Handler<typeof readReceipt> = ({ tenantId, role }, { params }) =>
    db.tenant(tenantId, async (tx) => {
      const id = bareId('receipt', params.id);
      const row = await readReceiptRow(tx, tenantId, id);
      if (row === undefined) throw notFound();
      const text = row.body === null ? undefined : textOf(row.body);
      const body =
        row.body === null
          ? null
          : {
              ...(isReadable(text)
                ? { encoding: 'text' as const, content: text }
                : { encoding: 'base64' as const, content: row.body.toString('base64') }),
              truncated: row.body.byteLength < row.body_bytes,
            };
      const outcomes = await readOutcomes(tx, tenantId, id);
      // Some providers repeat a secret in the body: who may not see the secret's URL may not see that either.
      const seen = role === 'viewer' ? { headers: {}, body: null } : { headers: row.headers, body };
      return { ...showReceipt(row), path: row.path, ...seen, outcomes };
    });

  const unkept: Handler<typeof listUnkeptReceipts> = async ({ tenantId }, { query }) => {
    const since = firstHour(clock.now(), query.hours);
    const sourceId = query.sourceId === undefined ? undefined : bareId('source', query.sourceId);
    const rows = await db.tenant(tenantId, (tx) => readUnkept(tx, tenantId, since, sourceId));
    return {
      keptPerHour: keptRefusals.perHour,
      keptPerMinute: keptRefusals.perMinute,
      data: rows.map((row) => ({
        sourceId: publicId('source', row.id),
        sourceName: row.name,
        unkept: row.unkept,
      })),
    };
  };

  const replay: Handler<typeof replayReceipt> = (context, { params }) =>
    db.tenant(context.tenantId, async (tx) => {
      const { tenantId, traceId } = context;
      const id = bareId('receipt', params.id);
      const row = await readReceiptRow(tx, tenantId, id);
      if (row === undefined) throw notFound();
      if (row.verdict === 'refused') {
        throw new MortiseError('unprocessable', {
          detail: 'It was refused: nobody knows whom it is from, and it may not be whole.',
        });
      }
      if ((await readSourceRow(tx, tenantId, row.source_id)) === undefined)
        throw new MortiseError('unprocessable', { detail: 'Its source was deleted.' });
      await queueAgain(tx, {
        tenantId,
        id: newId(),
        receiptId: id,
        sourceId: row.source_id,
        bodyBytes: row.body_bytes,
        traceId,
        now: clock.now(),
      });
      await record(tx, context, { action: 'receipt.replayed', subject: params.id });
      tx.afterCommit(() => {
        wake();
        hints.publish(tenantId, {
          kind: 'receipt',
          id: params.id,
          sourceId: publicId('source', row.source_id),
        });
      });
      const again = await readReceiptRow(tx, tenantId, id);
      if (again === undefined) throw notFound();
      return showReceipt(again);
    });

  return { list, read, unkept, replay };
}
