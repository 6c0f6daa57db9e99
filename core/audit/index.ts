/**
 * Audit: who did what to which thing, when, and on which trace.
 *
 * Why a room: an entry is worth something only if it cannot be missing for what has happened, nor be there for what
 * has not. So `record` takes the transaction of the act itself, and there is no other way to write one. Requests
 * may read and add entries, not change or remove them; retention drops whole days.
 *
 * Flow: a handler does its act and calls `record(tx, context, …)`; the audit page and the trace page read them.
 */
export { auditRoutes } from './routes.ts';
export { record, type AuditContext } from './record.ts';
export { readAuditOfTrace } from './store.ts';
