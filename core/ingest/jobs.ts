import { idFloor, newId, publicId } from '../kernel/index.ts';
import type { IngestDeps } from './deps.ts';
import { failReplay, queueNext } from './replay-store.ts';
import { forgetKeys, forgetReceipts, listShortRetentions } from './retention-store.ts';

const [replayedAtOnce, forgottenAtOnce] = [500, 5_000];
const dayMs = 86_400_000;
const replayAttempts = 25;

/** The room's background work, a line each. */
export function ingestJobs(deps: IngestDeps, wake: () => void) {
  const { db, clock } = deps;
  return {
    tasks: {
      /** Puts the receipts of a replay into the queue, page by page; killed, it goes on from the last page. */
      'ingest.replay': {
        maxAttempts: replayAttempts,
        async handler(
          { tenantId, replayId: id }: { tenantId: string; replayId: string },
          { signal, attempt }: { signal: AbortSignal; attempt: number },
        ): Promise<void> {
          const tell = () =>
            deps.hints.publish(tenantId, { kind: 'receipt', id: publicId('receiptReplay', id) });
          try {
            for (;;) {
              signal.throwIfAborted();
              const page = { now: clock.now(), limit: replayedAtOnce, makeId: newId };
              const queued = await db.tenant(tenantId, (tx) => queueNext(tx, tenantId, id, page));
              tell();
              if (queued === 0) return;
              wake();
            }
          } catch (error) {
            if (attempt >= replayAttempts && !signal.aborted) {
              const reason = 'It failed too often. Replay what is left of the span; the log says why.';
              await db.tenant(tenantId, (tx) => failReplay(tx, tenantId, id, reason));
              tell();
            }
            throw error;
          }
        },
      },
      /** Forgets keys past their window, and receipts of sources that keep them shorter than the others. */
      'ingest.forget': {
        maxAttempts: 3,
        async handler(_payload: object, { signal }: { signal: AbortSignal }): Promise<void> {
          const now = clock.now();
          const again = async (forget: () => Promise<number>) => {
            while (!signal.aborted && (await forget()) === forgottenAtOnce);
          };
          await again(() => db.engine((tx) => forgetKeys(tx, now, forgottenAtOnce)));
          for (const { tenant_id: tenantId, id, keep_days: days } of await db.engine(listShortRetentions)) {
            const before = idFloor(new Date(now.getTime() - days * dayMs));
            const of = { tenantId, sourceId: id, before };
            await again(() => db.engine((tx) => forgetReceipts(tx, of, forgottenAtOnce)));
          }
        },
      },
    },
    cron: [{ task: 'ingest.forget', every: '23 * * * *' }] as const,
  };
}
