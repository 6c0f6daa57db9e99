import type { ConsentCategory } from '@mortise/contract';
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

/** One who is to be told, by a notice of their own. */
export interface Addressee {
  /** Stays the same: the notice goes by it. */
  key: string;
  /** For people to read, as of now. */
  name: string;
  /** Bare; null where it is none of a provider's. */
  connectionId: string | null;
}

/** What is told: a withdrawal, with what helps to know the person and the purpose elsewhere. */
export interface Telling extends Withdrawal {
  /** What providers file the purpose under now; null: they are not told. */
  providerCategory: ConsentCategory | null;
  /** The person's address, where it was given with the withdrawal. */
  email: string | null;
}

/** How one try to tell somebody went. Reasons are for people to read. */
export type TellOutcome =
  | { state: 'told' }
  | { state: 'unknown_person' | 'ended'; reason: string }
  /** May work later, and not before `waitMs` where that was asked for. */
  | { state: 'later'; reason: string; waitMs?: number };

/**
 * Tells others of a withdrawal, each by a notice of their own. `tell` is called by a job after the commit, outside any
 * transaction, and again after a crash: at least once, so it must bear being repeated. What it throws counts as `later`.
 */
export interface WithdrawalTeller {
  /** Stays the same over versions: it names who tells in the database. */
  name: string;
  /** Who is to be told of a withdrawal, read in its own transaction. */
  addressees(tx: Tx, telling: Telling): Promise<readonly Addressee[]>;
  /** @param addressee its key */
  tell(telling: Telling, addressee: string, signal: AbortSignal): Promise<TellOutcome>;
}

/** What a job of one notice carries. Ids are bare. */
export interface NoticePayload {
  tenantId: string;
  entryId: string;
  teller: string;
  addressee: string;
}

/** What the room asks of the queue: a job that is there if, and only if, the transaction commits. */
export interface NoticeQueue {
  addIn(
    execute: (sql: string, params: unknown[]) => Promise<unknown>,
    task: 'consent.tell',
    payload: NoticePayload,
    options: { jobKey: string; runAt?: Date },
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
