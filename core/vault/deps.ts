import type { Database, Tx } from '@mortise/platform/database';
import type { Actor } from '../kernel/index.ts';
import type { Keyring } from './keyring.ts';
import type { SealedPlace } from './sealed-places.ts';

/** What a job of a rotation carries. Ids are bare; the operator's own rotations are under the nil id. */
export interface RotationPayload {
  tenantId: string;
  rotationId: string;
}

/** What the room asks of the queue: a job that is there if, and only if, the transaction commits. */
export interface RotationQueue {
  addIn(
    execute: (sql: string, params: unknown[]) => Promise<unknown>,
    task: 'vault.rotate',
    payload: RotationPayload,
    options: { jobKey: string },
  ): Promise<void>;
}

/** Writes an audit entry in the transaction of what it tells. Comes in from outside: audit is a room beside this one. */
export type RecordAudit = (
  tx: Tx,
  context: { tenantId: string; traceId: string; actor: Actor },
  what: { action: string; subject?: string; details?: Record<string, unknown> },
) => Promise<void>;

export interface RotationLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RotationDeps {
  db: Database;
  keyring: Keyring;
  /** Every column that holds sealed values, as the rooms that own them state it. */
  places: readonly SealedPlace[];
  audit: RecordAudit;
  queue: RotationQueue;
  logger: RotationLogger;
  /** Values a transaction; 200 when left out. */
  batchSize?: number;
}

export const batchSizeOf = (deps: Pick<RotationDeps, 'batchSize'>): number => deps.batchSize ?? 200;
