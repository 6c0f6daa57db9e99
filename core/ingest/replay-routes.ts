import type {
  cancelReceiptReplay,
  listReceiptReplays,
  readReceiptReplay,
  startReceiptReplay,
} from '@mortise/contract';
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
  type Creation,
  type Handler,
} from '../kernel/index.ts';
import type { IngestDeps } from './deps.ts';
import { cancelReplayRow, insertReplay, listReplayRows, readReplayRow, showReplay } from './replay-store.ts';
import { readSourceRow } from './source-store.ts';

/** The handlers of replays of many receipts. What finds the receipts is a job, added in the transaction that makes one. */
export function replayRoutes({ db, hints, queue }: IngestDeps) {
  const start: Creation<typeof startReceiptReplay> = async (context, { body }, tx) => {
    const { tenantId, traceId } = context;
    const sourceId = bareId('source', body.sourceId);
    if ((await readSourceRow(tx, tenantId, sourceId)) === undefined)
      throw new MortiseError('not_found', { detail: 'There is no such source.' });
    const id = newId();
    await insertReplay(tx, tenantId, {
      id,
      sourceId,
      failedOnly: body.failedOnly,
      fromId: idFloor(new Date(body.from)),
      toId: idFloor(new Date(body.to)),
      traceId,
    });
    await queue.addIn(
      (sql, values) => tx.query(sql, values),
      'ingest.replay',
      { tenantId, replayId: id },
      { jobKey: `ingest.replay:${id}` },
    );
    const { from, to, failedOnly } = body;
    await record(tx, context, {
      action: 'source.replayed',
      subject: body.sourceId,
      details: { from, to, failedOnly },
    });
    const row = await readReplayRow(tx, tenantId, id);
    if (row === undefined) throw new Error('The replay that was just written is not there');
    return showReplay(row);
  };

  const read: Handler<typeof readReceiptReplay> = async ({ tenantId }, { params }) => {
    const row = await db.tenant(tenantId, (tx) =>
      readReplayRow(tx, tenantId, bareId('receiptReplay', params.id)),
    );
    if (row === undefined) throw notFound();
    return showReplay(row);
  };

  const list: Handler<typeof listReceiptReplays> = async ({ tenantId }, { query }) => {
    const rows = await db.tenant(tenantId, (tx) =>
      listReplayRows(tx, tenantId, {
        before: query.cursor === undefined ? undefined : idCursor(query.cursor),
        sourceId: query.sourceId === undefined ? undefined : bareId('source', query.sourceId),
        limit: query.limit,
      }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showReplay);
  };

  const cancel: Handler<typeof cancelReceiptReplay> = (context, { params }) =>
    db.tenant(context.tenantId, async (tx) => {
      const { tenantId } = context;
      const id = bareId('receiptReplay', params.id);
      const reason = `Cancelled by ${context.actor.name}`;
      const ended = await cancelReplayRow(tx, tenantId, id, reason);
      const row = await readReplayRow(tx, tenantId, id);
      if (row === undefined) throw notFound();
      if (!ended) return showReplay(row);
      const { dropped } = row;
      await record(tx, context, {
        action: 'source.replay_cancelled',
        subject: publicId('source', row.source_id),
        details: { replay: params.id, dropped },
      });
      const sourceId = publicId('source', row.source_id);
      tx.afterCommit(() => hints.publish(tenantId, { kind: 'receipt', id: params.id, sourceId }));
      return showReplay(row);
    });

  return { start, list, read, cancel };
}
