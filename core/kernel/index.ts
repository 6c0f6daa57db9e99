/**
 * The kernel: what every room of the domain speaks in, and what knows nothing of any room.
 *
 * - ids: public ids with a prefix outside, UUIDs of version 7 inside;
 * - clock: the time, so that a test can hold it;
 * - errors: the coded errors of the contract's table;
 * - backoff: how long to wait before the next try;
 * - bucket: whether one more may go, of so many in a time;
 * - chain, fifo, turns: lists of what waits, at a cost that does not grow with them;
 * - canonical-json: the same bytes for the same data;
 * - cursor: where a list goes on;
 * - storable: text and JSON as the database can hold them, whatever a provider sent;
 * - handler: what an HTTP handler gets and gives, without any HTTP library;
 * - hints: how a room tells those who look on live that something changed; announcer: a few times a second at most.
 *
 * The lowest floor of core: it imports the contract and types of the platform, and no room.
 */
export { Announcer } from './announcer.ts';
export * from './backoff.ts';
export * from './bucket.ts';
export * from './canonical-json.ts';
export * from './chain.ts';
export * from './clock.ts';
export * from './cursor.ts';
export * from './errors.ts';
export * from './fifo.ts';
export * from './handler.ts';
export type { Hints } from './hints.ts';
export * from './ids.ts';
export * from './storable.ts';
export { Turns } from './turns.ts';
