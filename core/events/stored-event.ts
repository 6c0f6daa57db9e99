import type { Tx } from '@mortise/platform/database';

/** Something that happened, before it is in the log. */
export interface NewEvent {
  /** Dotted, in the past tense: `contact.updated`. */
  type: string;
  /** The public id of the thing it happened to. */
  subject: string | null;
  data: Record<string, unknown>;
  /** When it happened; now when left out. */
  occurredAt?: Date;
  /** 32 hex digits, where it began apart from the others that are appended with it. */
  traceId?: string;
  /** False keeps it in the log and from webhooks. */
  forward?: boolean;
}

/** An event that is being written to the log, with its bare id. */
export interface StoredEvent extends NewEvent {
  id: string;
  tenantId: string;
  /** 32 hex digits. */
  traceId: string;
  occurredAt: Date;
  /** `operator` or the public id of who published it; null where Mortise raised it. */
  publisher: string | null;
}

/**
 * Takes part in the commit of events, of one tenant or of many: it writes what follows from them (deliveries) with the
 * same transaction and says how many deliveries each event got, by its id. It must leave nothing for after the commit
 * that could be lost. Where its statements lock rows that others lock too, they do so in the order of the tenants' ids:
 * transactions that write for the same tenants at once then wait for one another and not in a circle.
 */
export type EventSubscriber = (
  tx: Tx,
  events: readonly StoredEvent[],
) => Promise<ReadonlyMap<string, number>>;
