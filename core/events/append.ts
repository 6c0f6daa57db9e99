import { newId, storableJson, storableText } from '../kernel/index.ts';
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
      const texts = events.map((event) => storableJson(event.data));
      const stored = events.map((event, index): StoredEvent => ({
        ...event,
        subject: event.subject === null ? null : storableText(event.subject),
        data: JSON.parse(texts[index]!) as Record<string, unknown>,
        id: newId(),
        tenantId,
        traceId: event.traceId ?? traceId,
        occurredAt: event.occurredAt ?? now,
      }));
      const counts = new Map<string, number>();
      for (const subscriber of options.subscribers) {
        for (const [id, count] of await subscriber(tx, tenantId, stored))
          counts.set(id, (counts.get(id) ?? 0) + count);
      }
      await tx.query(
        `insert into events (tenant_id, id, type, subject, data, trace_id, occurred_at, delivery_count)
         select $1, e.id, e.type, e.subject, e.data, e.trace_id, e.occurred_at, e.delivery_count
           from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[], $8::int[])
             as e (trace_id, id, type, subject, data, occurred_at, delivery_count)`,
        [
          tenantId,
          stored.map((event) => event.traceId),
          stored.map((event) => event.id),
          stored.map((event) => event.type),
          stored.map((event) => event.subject),
          texts,
          stored.map((event) => event.occurredAt),
          stored.map((event) => counts.get(event.id) ?? 0),
        ],
        'events.append',
      );
      return stored;
    },
  };
}
