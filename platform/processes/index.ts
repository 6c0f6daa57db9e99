/**
 * Processes: who is running on this database, and who is no longer.
 *
 * Why: work is held in the memory of the process that accepted it, because that is fast. Any process may die at
 * any line, so somebody else has to notice and take over what it held, soon and exactly once.
 *
 * Flow: `startProcess` writes a row and keeps its heartbeat. Rooms register what they do for a peer that is gone
 * (`onGone`); then the composition calls `sweep()` for the first time, and from then on it runs with each
 * heartbeat. A peer is gone when its heartbeat is too old by the database's clock, or at once when it lived on
 * this machine and its pid does no longer, or is another program by now.
 *
 * Guarantees: a peer is marked first, so that it cannot come back; then its lock is taken alone, so that no
 * transaction in its name is still open (`process_lock`, see the migration); then the handlers run and the row is
 * removed, all in one transaction, so that it is taken over whole or found again by the next sweep. A process that
 * was marked while it slept learns it at its next heartbeat: it goes on under a new id and tells its rooms (`onLost`).
 * Sharing: processes that do the same work say so (`join`) and know how many they are (`sharers`), as of their last
 * heartbeat. One that joins counts itself in only when all others have counted it in: shares never add up to more
 * than the whole.
 */
export type { GoneHandler } from './gone-handler.ts';
export { startProcess, type ProcessOptions, type RunningProcess } from './start-process.ts';
