import type { Database, Tx } from '@mortise/platform/database';
import type { Clock } from '../kernel/index.ts';
import type { RecordAct } from './record-act.ts';

/** What a job of an erasure carries. Ids are bare. */
export interface ErasurePayload {
  tenantId: string;
  erasureId: string;
}

/** What hangs on events in a room above this one, which is told in the transaction that erases them. */
export interface EventFollower {
  /** Blanks what it has kept of the events' data, and ends what has not been done with them yet. */
  erase(tx: Tx, tenantId: string, eventIds: readonly string[]): Promise<void>;
  /** Removes some of what is older than an id of version 7. @returns how much; 0 when nothing is left */
  expire(tx: Tx, tenantId: string, before: string, most: number): Promise<number>;
}

export interface ErasureDeps {
  db: Database;
  clock: Clock;
  audit: RecordAct;
  followers: readonly EventFollower[];
  /** A job that is there if, and only if, the transaction commits. */
  queue: {
    addIn(
      execute: (sql: string, params: unknown[]) => Promise<unknown>,
      task: 'events.erase',
      payload: ErasurePayload,
      options: { jobKey: string },
    ): Promise<void>;
  };
  /** Events looked at in a transaction; 1,000 when left out. */
  batchSize?: number;
}
