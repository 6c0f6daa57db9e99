/**
 * Ingest: what others post to us, taken in once, whatever dies.
 *
 * Words: a source is a URL where somebody posts, a receipt one request received there.
 *
 * Why so: a sender that has its answer never posts again, so nothing is answered before it is committed; and a sender
 * that missed its answer posts again, so what was met before is known by a key that only one transaction can enter.
 * What makes it safe to answer is the commit of the receipt and of its row in the queue; what follows from it (events,
 * what the sync is told, the end of a connection) comes after, in one commit with the row's removal.
 *
 * Flow: `receive` finds the source (open-sources.ts, kept in memory), asks whether the address may, whether it is too
 * often or too large, answers a handshake, and judges (`verify`, pure) -> committer.ts commits the receipts of all
 * tenants that have gathered, keys first -> processor.ts takes what is queued under row locks, tenants in turns ->
 * process-batch.ts turns it into events (plan-receipt.ts, pure). A processor of a name takes the place of that, in the
 * same transaction.
 *
 * Guarantees: refused where anything is not known: scheme, secret, verifier. Of what is refused a part is kept, bounded
 * a minute and an hour (refusal-budget.ts); the rest is counted. A paused source takes and holds. One receipt is processed to an end once, or until its
 * tries are used up; a replay is another processing, and its events say `replayOf`. Figures come from counters.
 *
 * A source of a provider comes into being with the first request to `/api/integrations/:id/webhook`, or before by hand.
 */
export { createIngest, storeOnly, type Ingest } from './create-ingest.ts';
export type { IngestDeps, Processor } from './deps.ts';
