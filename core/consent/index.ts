/**
 * Consent: what people allowed to be done with their data, with its proof, until they withdraw it.
 *
 * Words: a purpose is what data is used for, with a key that code names it by and texts in numbered versions; a subject is
 * a person, known here by the host product's id alone; a grant is a subject's yes to one version of a text, with the
 * evidence of it; the ledger is every grant and withdrawal, a line each.
 *
 * Why a ledger and a state: proof must not be editable, so texts and lines are only ever added (the database refuses
 * anything else). The gate must be quick, so beside them stands a row a person and purpose with the outcome of the last
 * line; it is written in the line's own transaction and can be made anew from the ledger.
 *
 * Flow: `recordGrant` replaces what was in force; `withdraw` ends it, lets the rooms that hold transmissions stop theirs
 * in the same commit (`stops`) and leaves a notice and a job for each who must be told after it (`tellers`): tried with
 * growing pauses until it is told, or has ended with a reason that people see (`judge-notice`, `jobs`). Whoever
 * sends asks the gate right before each request (deliveries do, and end as not sent where it refuses), and may ask it
 * where it queues too.
 *
 * Guarantees: one grant in force at most a person and purpose, by a primary key; a withdrawal that has committed is seen by
 * every later check; a check and a withdrawal wait for each other, so nothing that asked is queued behind a withdrawal's back. What
 * is not known to hold does not: an unknown, archived or renewed purpose refuses.
 */
export type {
  Addressee,
  ConsentDeps,
  NoticePayload,
  TellOutcome,
  Telling,
  Withdrawal,
  WithdrawalStop,
  WithdrawalTeller,
} from './deps.ts';
export { ConsentRequiredError } from './errors.ts';
export { createGate, type Gate, type GrantInForce } from './gate.ts';
export { consentJobs } from './jobs.ts';
export type { Refusal } from './judge-consent.ts';
export { purposeRoutes } from './purpose-routes.ts';
export { consentRoutes } from './routes.ts';
