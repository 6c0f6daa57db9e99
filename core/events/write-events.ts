import { momentArray, numberArray, textArray, uuidArray, type Tx } from '@mortise/platform/database';
import type { EventSubscriber, StoredEvent } from './stored-event.ts';

/** An event with its data as the JSON text that the log will hold. */
export interface WrittenEvent extends StoredEvent {
  text: string;
}

/**
 * Writes events of one tenant or of many, with all that the subscribers make of them, in the transaction given. One
 * subscriber is done before the next begins, so that all transactions lock in the same order.
 *
 * @returns how many deliveries each event got, by its id
 */
export async function writeEvents(
  tx: Tx,
  subscribers: readonly EventSubscriber[],
  events: readonly WrittenEvent[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const subscriber of subscribers) {
    for (const [id, count] of await subscriber(tx, events)) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  tx.send(
    `insert into events (tenant_id, id, type, subject, data, trace_id, occurred_at, delivery_count, publisher, forward)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::uuid[], $7::timestamptz[],
                          $8::int[], $9::text[], $10::boolean[])`,
    [
      uuidArray(events.map((event) => event.tenantId)),
      uuidArray(events.map((event) => event.id)),
      textArray(events.map((event) => event.type)),
      textArray(events.map((event) => event.subject)),
      textArray(events.map((event) => event.text)),
      uuidArray(events.map((event) => event.traceId)),
      momentArray(events.map((event) => event.occurredAt)),
      numberArray(events.map((event) => counts.get(event.id) ?? 0)),
      textArray(events.map((event) => event.publisher)),
      textArray(events.map((event) => String(event.forward !== false))),
    ],
    'events.append',
  );
  return counts;
}
