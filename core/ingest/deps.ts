import type { Dedupe, Scheme } from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';
import type { HintFeed, ProviderRegistry } from '../connections/index.ts';
import type { Events, NewEvent } from '../events/index.ts';
import type { Clock, Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';

/** Where changes that providers tell of go to. Given in the composition: sync stands on the same floor. */
export interface SyncPort {
  /** @returns the sync that will read each change, by its place in the list; bare ids throughout */
  changed(
    tx: Tx,
    tenantId: string,
    changes: readonly { connectionId: string; resource: string; externalId: string; traceId: string }[],
  ): Promise<Map<number, string>>;
}

/** A stored request, as a processor gets it. Ids are public. */
export interface ProcessedReceipt {
  tenantId: string;
  sourceId: string;
  receiptId: string;
  method: string;
  /** Names in lower case; secrets are blotted out. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  receivedAt: Date;
  traceId: string;
  /** Whether it was processed before. */
  replay: boolean;
}

/** What a processor leaves behind. */
export interface Processed {
  events?: readonly NewEvent[];
  note?: string;
}

/**
 * Processes receipts instead of the usual events. It works in the transaction that also ends the receipt's processing,
 * so whatever it writes there has happened once; it must do no HTTP of its own, and adds a job for that. Throwing
 * means again later, until the tries are used up.
 */
export interface Processor {
  description: string;
  process(tx: Tx, receipt: ProcessedReceipt): Promise<Processed>;
}

/** What the room asks of the queue: a job that is there if, and only if, the transaction commits. */
export interface IngestQueue {
  addIn(
    execute: (sql: string, params: unknown[]) => Promise<unknown>,
    task: 'ingest.replay',
    payload: { tenantId: string; replayId: string },
    options: { jobKey: string },
  ): Promise<void>;
}

export interface IngestLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface IngestDeps {
  db: Database;
  vault: Vault;
  events: Events;
  hints: Hints;
  /** Hints of every process, by which what is kept in memory is dropped. */
  heard: HintFeed;
  clock: Clock;
  logger: IngestLogger;
  registry: ProviderRegistry;
  /** Where providers reach us, without a slash at its end. */
  publicUrl: string;
  sync: SyncPort;
  processors: Readonly<Record<string, Processor>>;
  queue: IngestQueue;
  /** Has the sandbox's provider post its webhooks to a URL; undefined where no sandbox runs. */
  subscribeSandbox: ((provider: string, url: string) => Promise<void>) | undefined;
  /** Whether this process works receipts off. Every process takes them. */
  works: boolean;
}

/** How a source is set when nothing is said. */
export const usualSettings = {
  status: 'active' as const,
  allow: [] as string[],
  max_bytes: 1024 * 1024,
  per_minute: 6_000,
  event_type: null,
  forward: true,
  processor: null,
  keep_days: 30,
};

/** The rule by which a source of a provider, or of this scheme, tells that it has met a request before. */
export function usualDedupe(scheme: Scheme): Dedupe {
  if (scheme.type === 'provider') return { by: 'provider' };
  return scheme.type === 'standard' ? { by: 'header', name: 'webhook-id' } : { by: 'body' };
}

export const usualDedupeHours = 72;
