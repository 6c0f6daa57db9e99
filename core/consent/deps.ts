import type { Database, Tx } from '@mortise/platform/database';
import type { Events } from '../events/index.ts';
import type { Clock } from '../kernel/index.ts';

/** A grant that has just been withdrawn. Ids are bare; `purpose` is its key. */
export interface Withdrawal {
  tenantId: string;
  subjectId: string;
  purpose: string;
  purposeId: string;
  consentId: string;
  traceId: string;
}

/**
 * Stops what is queued for a person and purpose. It is called in the withdrawal's own transaction, so that both are
 * committed or neither; it must do no HTTP. What was queued behind the gate (`requireConsent`) in a transaction that
 * has committed is visible to it, and one that is under way waits for the withdrawal.
 *
 * @returns how many transmissions it stopped
 */
export type WithdrawalStop = (tx: Tx, withdrawal: Withdrawal) => Promise<number>;

/**
 * Tells one provider, or one other party, of a withdrawal. It is called by a job after the commit, outside any
 * transaction, and again with growing pauses when it throws: at least once, so it must bear being repeated.
 */
export interface WithdrawalTeller {
  /** Stays the same over versions: it names the job's addressee in the database. */
  name: string;
  tell(withdrawal: Withdrawal, signal: AbortSignal): Promise<void>;
}

/** What a job of one notice carries. Ids are bare. */
export interface NoticePayload {
  tenantId: string;
  entryId: string;
  teller: string;
}

/** What the room asks of the queue: a job that is there if, and only if, the transaction commits. */
export interface NoticeQueue {
  addIn(
    execute: (sql: string, params: unknown[]) => Promise<unknown>,
    task: 'consent.tell',
    payload: NoticePayload,
    options: { jobKey: string },
  ): Promise<void>;
}

export interface ConsentDeps {
  db: Database;
  events: Events;
  clock: Clock;
  queue: NoticeQueue;
  /** Given in the composition, since the rooms that hold transmissions stand on higher floors. */
  stops: readonly WithdrawalStop[];
  tellers: readonly WithdrawalTeller[];
}
