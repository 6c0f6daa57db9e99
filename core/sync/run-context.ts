import type { OpenConnection } from '../connections/caller.ts';
import type { Resource } from '@mortise/providers/kit';
import type { SyncDeps } from './deps.ts';
import type { Progress } from './progress.ts';
import type { EventSource } from './record-event.ts';
import type { RecordsOf } from './record-store.ts';
import type { Claim } from './run-store.ts';

/** What every step of one run under way needs. */
export interface RunContext {
  deps: SyncDeps;
  claim: Claim;
  of: RecordsOf;
  mode: 'full' | 'incremental';
  traceId: string;
  connection: OpenConnection;
  resource: Resource;
  source: EventSource;
  progress: Progress;
  /** Whether the sync has records in quarantine, so that reading one may release it. */
  hasAside: boolean;
}

/** Another process has taken the run up, or it is gone: what was read is thrown away and nothing is written. */
export class FencedError extends Error {
  constructor() {
    super('The run is no longer this process’s');
    this.name = 'FencedError';
  }
}

/** A person asked for the run to stop. */
export class CancelledError extends Error {
  constructor() {
    super('The run was cancelled');
    this.name = 'CancelledError';
  }
}
