import { newId, storableJson, storableText } from '../kernel/index.ts';
import type { Tx } from '@mortise/platform/database';
import { writeEvents, type WrittenEvent } from './write-events.ts';

/** Something that happened, before it is in the log. */
export interface NewEvent {
  /** Dotted, in the past tense: `contact.updated`. */
  type: string;
  /** The public id of the thing it happened to. */
  subject: string | null;
  data: Record<string, unknown>;
  /** When it happened; now when left out. */
  occurredAt?: Date;
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
 * Takes part in the commit of events: it writes what follows from them (deliveries) with the same transaction and
 * says how many deliveries each event got. It must leave nothing for after the commit that could be lost.
 */
export type EventSubscriber = (
  tx: Tx,
  tenantId: string,
  events: readonly StoredEvent[],
) => Promise<ReadonlyMap<string, number>>;

export interface Events {
  /**
   * Appends events to the log in the caller's transaction, together with whatever the subscribers make of them. All
   * of it is there after the commit, or none. Text that the database cannot hold (see kernel/storable) is replaced
   * here, before the subscribers see it, so that what is sent is what is kept.
   */
  append(
    tx: Tx,
    about: { tenantId: string; traceId: string },
    events: readonly NewEvent[],
  ): Promise<StoredEvent[]>;
}

/** @param options.subscribers decided in the composition, because the rooms that subscribe stand on higher floors */
export function createEvents(options: { subscribers: readonly EventSubscriber[] }): Events {
  return {
    async append(tx, { tenantId, traceId }, events) {
      if (events.length === 0) return [];
      const now = new Date();
      const written = events.map((event): WrittenEvent => {
        const text = storableJson(event.data);
        return {
          ...event,
          subject: event.subject === null ? null : storableText(event.subject),
          data: JSON.parse(text) as Record<string, unknown>,
          text,
          id: newId(),
          tenantId,
          traceId,
          occurredAt: event.occurredAt ?? now,
          publisher: null,
        };
      });
      await writeEvents(tx, options.subscribers, written);
      return written;
    },
  };
}
