/**
 * The database: one PostgreSQL, embedded or by URL, that is the truth of everything.
 *
 * Why so: state, event and audit entry commit together only if they live in one database; and a wall between
 * tenants that the database itself keeps (row-level security) holds even where a query forgets its `where`.
 *
 * Flow: `startEmbedded` (in embedded/) or DATABASE_URL gives a URL; `migrate` brings the schema up, as the login;
 * `openDatabase` gives transactions that say for whom they act: `tenant(id, …)` as mortise_app, `engine(…)` as
 * mortise_engine across tenants, `auth(…)` as mortise_auth for people and sessions. A connection outside such a
 * transaction sees nothing. Work that must follow a commit is given to `tx.afterCommit`.
 *
 * Guarantees: an exception rolls everything back; `afterCommit` never runs for what was rolled back; nobody holds
 * a transaction across an HTTP call (that one is on the callers).
 */
export { openDatabase, type Database, type DatabaseRole, type Tx } from './database.ts';
export { bytesArray, momentArray, numberArray, textArray, uuidArray } from './array-text.ts';
export { migrate } from './migrate.ts';
export type { Tables } from './tables.ts';
