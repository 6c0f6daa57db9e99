import type { Provider } from '@mortise/providers/kit';
import type { Database, Tx } from '@mortise/platform/database';
import type { ProviderCaller } from '../connections/caller.ts';
import type { Events } from '../events/index.ts';
import type { Clock, Hints } from '../kernel/index.ts';

/** What a job of a run carries. Ids are bare. */
export interface RunPayload {
  tenantId: string;
  runId: string;
}

interface SyncPayloads {
  'sync.run': RunPayload;
  /** Records of a sync that were told of are to be read. Ids are bare. */
  'sync.marked': { tenantId: string; syncId: string };
}

/** What the room asks of the queue: a job that is there if, and only if, the transaction commits. */
export interface RunQueue {
  addIn<Name extends keyof SyncPayloads>(
    execute: (sql: string, params: unknown[]) => Promise<unknown>,
    task: Name,
    payload: SyncPayloads[Name],
    options: { jobKey: string; runAt?: Date },
  ): Promise<void>;
}

export interface SyncLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SyncDeps {
  db: Database;
  events: Events;
  caller: ProviderCaller;
  /** The provider with this id, to check a resource's name before anything is asked of it. */
  findProvider(id: string): Provider | undefined;
  hints: Hints;
  queue: RunQueue;
  /** The bare id of this process, which marks the runs it has taken up. */
  processId: string;
  clock: Clock;
  logger: SyncLogger;
}

/** Adds the job of a run in the run's own transaction. A waiting job of the same run is replaced. */
export async function addRunJob(tx: Tx, queue: RunQueue, run: RunPayload, runAt: Date): Promise<void> {
  await queue.addIn((sql, params) => tx.query(sql, params), 'sync.run', run, {
    jobKey: `sync.run:${run.runId}`,
    runAt,
  });
}
