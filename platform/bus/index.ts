/**
 * Live hints between processes: "this sync moved", "that key was revoked". They refresh screens and evict
 * caches; they never carry the truth, which every reader finds in the database.
 *
 * Why so: a hint may be lost (a process restarts, PostgreSQL goes away) and nothing may depend on it. What is
 * promised instead is that a gap is told: after it each subscriber hears `{ kind: 'resync' }` and reads again.
 *
 * Why on a connection of its own, after the commit: a NOTIFY inside a transaction takes a lock that lets only
 * one such transaction of the whole database commit at a time.
 *
 * Flow: `publish` -> local subscribers at once -> `outbox` gathers for some 25 ms, equal messages once, cut to
 * NOTIFY's 8,000 bytes -> `listening-connection` sends, and hears the others -> their subscribers. Messages of
 * one process keep their order.
 */
export { type BusOptions, createBus } from './create-bus.ts';
export { type Bus, type BusMessage, resyncKind, type Subscriber } from './port.ts';
