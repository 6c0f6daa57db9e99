import type { PublishedEvent } from '@mortise/contract';
import { publicId, traceIdOf } from '../kernel/index.ts';
import type { NamedRow } from './publish-store.ts';
import type { WrittenEvent } from './write-events.ts';

/** The caller's name of an event, and what it stands for. */
export interface EventName {
  name: string;
  fingerprint: Buffer;
  /** Whether it comes from the Idempotency-Key and not from the event. */
  isKey: boolean;
}

/** One event of a request, checked and ready to be written, with its own id already. */
export interface Draft {
  event: WrittenEvent;
  name: EventName | undefined;
  /** Where in the request it stands, for errors. */
  place: string;
}

/** The events of one request: they are written together or not at all. */
export interface Publication {
  tenantId: string;
  drafts: readonly Draft[];
  /** Of the data as JSON, in bytes. */
  size: number;
}

/** What a request is answered with. */
export interface Answer {
  events: PublishedEvent[];
  /** Whether every one of them had been published before. */
  replayed: boolean;
}

export function showWritten(event: WrittenEvent, deliveryCount: number): PublishedEvent {
  return {
    id: publicId('event', event.id),
    type: event.type,
    subject: event.subject,
    traceId: event.traceId,
    occurredAt: event.occurredAt.toISOString(),
    deliveryCount,
  };
}

export function showNamed(row: NamedRow): PublishedEvent {
  return {
    id: publicId('event', row.event_id),
    type: row.type,
    subject: row.subject,
    traceId: traceIdOf(row.trace_id),
    occurredAt: row.occurred_at.toISOString(),
    deliveryCount: row.delivery_count,
  };
}
