import { publicId, traceIdOf } from '../kernel/index.ts';
import type { ErasureDeps, ErasurePayload } from './erasure-deps.ts';
import { blankEvents, endErasure, lockErasure, noteProgress, readCandidates } from './erasure-store.ts';

/**
 * Erases the data of the events that a request names, batch by batch, each with its place in one commit: it may stop
 * at any line and be run again, and goes on where it was. What is published after the request is not covered.
 *
 * @throws whatever the database does, and the signal's reason between two batches: run it again then
 */
export async function eraseEvents(
  deps: ErasureDeps,
  payload: ErasurePayload,
  signal: AbortSignal,
): Promise<void> {
  const most = deps.batchSize ?? 1_000;
  let isOver = false;
  while (!isOver) {
    signal.throwIfAborted();
    isOver = await deps.db.engine(async (tx) => {
      const row = await lockErasure(tx, payload.tenantId, payload.erasureId);
      if (row === undefined || row.selector === null) return true;
      const candidates = await readCandidates(tx, row, row.selector, most);
      const meant = candidates.filter((one) => one.meant).map((one) => one.id);
      const erased = await blankEvents(tx, row.tenant_id, meant);
      if (erased.length > 0)
        for (const follower of deps.followers) await follower.erase(tx, row.tenant_id, erased);
      await noteProgress(tx, row, {
        walkedTo: candidates.at(-1)?.id ?? null,
        seen: candidates.length,
        erased: erased.length,
      });
      if (candidates.length === most) return false;
      await endErasure(tx, { tenantId: row.tenant_id, id: row.id }, null);
      await deps.audit(
        tx,
        { tenantId: row.tenant_id, traceId: traceIdOf(row.trace_id), actor: row.actor },
        {
          action: 'events.erased',
          subject: publicId('erasure', row.id),
          details: { erased: row.erased + erased.length },
        },
      );
      return true;
    });
  }
}
