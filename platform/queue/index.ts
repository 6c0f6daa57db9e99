/**
 * Background jobs, scheduled and triggered: sync runs, token refreshes, health checks, maintenance. Deliveries
 * are not jobs; they have a pipeline of their own.
 *
 * Why in the same database: a job added with `addIn` exists exactly when the state it belongs to was committed,
 * which no queue elsewhere can promise. Why a port: past one database's rate another engine takes its place,
 * and whatever passes `conformance.ts` may.
 *
 * Flow: the owner runs `migrate()` and `queueGrantsSql(…)` -> request and engine roles `add`, or `addIn` their
 * open transaction -> a NOTIFY wakes a started process -> the task's handler runs -> done, or again later with
 * growing pauses until `maxAttempts`.
 *
 * Guarantees: at least once. A process that dies at any line loses its sign of life, an advisory lock that
 * PostgreSQL drops with its socket; another finds that within seconds and runs its jobs again
 * (`worker-lock`, `release-locks`). A machine that vanishes without closing its sockets is noticed when
 * PostgreSQL's TCP keepalive is; set `tcp_keepalives_idle` if that must be quick.
 */
export { createQueue, type QueueOptions } from './create-queue.ts';
export { queueGrantsSql } from './enqueue-sql.ts';
export type { QueueLogger } from './graphile-logger.ts';
export type { AddOptions, Execute, JobContext, Payloads, Queue, Schedule, Task, Tasks } from './port.ts';
