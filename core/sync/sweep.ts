import type { Checkpoint } from './checkpoint.ts';
import { commitDeletions } from './commit-page.ts';
import { judgeSweep } from './judge-sweep.ts';
import { countAside, countNotMet, readNotMet } from './record-store.ts';
import type { RunContext } from './run-context.ts';

const batchSize = 1_000;
/** Read once for many batches: finding what was not met looks at all that is held. Bounds what is kept in memory. */
const readSize = 50_000;

export type SweepOutcome =
  | { kind: 'done'; kept?: string }
  | { kind: 'refused'; count: number; reason: string };

/** Deletes what a full run has not met, in batches, each a commit of its own, if the mass-delete guard allows. */
export async function sweep(
  run: RunContext,
  checkpoint: Checkpoint,
  figures: { expected: number | null; fetched: number },
): Promise<SweepOutcome> {
  const { deps, claim, of } = run;
  const { confirmed } = checkpoint;
  const [counts, { nameless }] = await deps.db.tenant(claim.tenantId, async (tx) => [
    await countNotMet(tx, of, claim.runId),
    await countAside(tx, claim),
  ]);
  const verdict = judgeSweep({ ...counts, ...figures, nameless, confirmed });
  if (verdict.kind === 'refuse') return { kind: 'refused', count: counts.gone, reason: verdict.reason };
  if (verdict.kind === 'keep') return { kind: 'done', kept: verdict.reason };
  for (let left = counts.gone; left > 0;) {
    const gone = await deps.db.tenant(claim.tenantId, (tx) => readNotMet(tx, of, claim.runId, readSize));
    if (gone.length === 0) break;
    for (let at = 0; at < gone.length; at += batchSize) {
      const batch = gone.slice(at, at + batchSize).map((externalId) => ({ externalId, at: undefined }));
      await commitDeletions(run, batch, checkpoint, { pages: 0 });
    }
    left -= gone.length;
  }
  return { kind: 'done' };
}
