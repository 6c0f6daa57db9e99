import { newId, storableJson, storableText } from '../kernel/index.ts';
import type { Tx } from '@mortise/platform/database';
import type { EventSubscriber, NewEvent, StoredEvent } from './stored-event.ts';
import { writeEvents, type WrittenEvent } from './write-events.ts';

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
          traceId: event.traceId ?? traceId,
          occurredAt: event.occurredAt ?? now,
          publisher: null,
        };
      });
      await writeEvents(tx, options.subscribers, written);
      return written;
    },
  };
}
