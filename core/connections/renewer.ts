import type { Problem } from '@mortise/providers/kit';

/** One renewal that is to be made. Names alone: whoever makes it reads and opens the credential itself. */
export interface RenewalJob {
  /** Bare, as are the other ids. */
  tenantId: string;
  connectionId: string;
  /** Of the credential that is to be renewed; nothing is done to another. */
  version: number;
  /** Names this one renewal: the lease is its own, and still is when the job is given a second time. */
  owner: string;
}

/** What became of a renewal. Holds no secret. */
export type RenewalEnd =
  | { kind: 'stored'; version: number }
  /** Somebody else is at it. */
  | { kind: 'held' }
  /** The credential is another one by now. */
  | { kind: 'superseded' }
  /** The account has been disconnected. */
  | { kind: 'disconnected' }
  | {
      kind: 'refused';
      problem: Problem;
      /** The token endpoint may have replaced the token, now or earlier, in an answer that was never stored. */
      unsure: boolean;
      /** The integration's own client is what was refused, where that alone is exchanged for tokens. */
      clientRefused?: true;
      /** That client opens another account by now. */
      otherAccount?: true;
      /** What went wrong on the way, for the log. */
      because?: string;
    };

/**
 * Makes renewals: takes the lease, asks the token endpoint, stores what it gave. One driver does it in this process
 * (`createRenewer`), one in a process that outlives this one (`createCourier`); see docs/decisions/0011. Waiting for
 * others, putting off and marking are the caller's.
 */
export interface Renewer {
  /**
   * Giving a job again is safe at any time, as long as its owner is the same: what was stored is found stored, and what
   * was not asked is asked.
   *
   * @throws when it cannot be told what became of it, or the database is away
   */
  renew(job: RenewalJob): Promise<RenewalEnd>;
  /** Waits for what is under way, and ends what it runs on of its own. */
  close(): Promise<void>;
}

/** How long the right to renew is held, in milliseconds by the database's clock. */
export const usualLeaseMs = 30_000;
