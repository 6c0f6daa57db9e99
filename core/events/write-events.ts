import type { Tx } from '@mortise/platform/database';
import type { EventSubscriber, StoredEvent } from './append.ts';

/** An event with its data as the JSON text that the log will hold. */
export interface WrittenEvent extends StoredEvent {
  text: string;
}

/**
 * Writes events of one tenant or of many, with all that the subscribers make of them, in the transaction given.
 *
 * Each subscriber is done with every tenant before the next begins, and tenants come in the order of their ids: so
 * transactions that write for the same tenants at once wait for one another and not in a circle.
 *
 * @returns how many deliveries each event got, by its id
 */
export async function writeEvents(
  tx: Tx,
  subscribers: readonly EventSubscriber[],
  events: readonly WrittenEvent[],
): Promise<ReadonlyMap<string, number>> {
  const byTenant = new Map<string, WrittenEvent[]>();
  for (const event of events) {
    const own = byTenant.get(event.tenantId);
    if (own === undefined) byTenant.set(event.tenantId, [event]);
    else own.push(event);
  }
  const tenants = byTenant.size < 2 ? [...byTenant] : [...byTenant].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const counts = new Map<string, number>();
  for (const subscriber of subscribers) {
    // Side by side, so that a tenant's statements do not wait for our reading of another's answers. All are waited
    // for, even if one fails: none may go on in a transaction that is being rolled back.
    const answers = await Promise.allSettled(tenants.map(([id, own]) => subscriber(tx, id, own)));
    for (const answer of answers) {
      if (answer.status === 'rejected') throw answer.reason;
      for (const [id, count] of answer.value) counts.set(id, (counts.get(id) ?? 0) + count);
    }
  }
  await tx.query(
    `insert into events (tenant_id, id, type, subject, data, trace_id, occurred_at, delivery_count, publisher)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::uuid[], $7::timestamptz[],
                          $8::int[], $9::text[])`,
    [
      events.map((event) => event.tenantId),
      events.map((event) => event.id),
      events.map((event) => event.type),
      events.map((event) => event.subject),
      events.map((event) => event.text),
      events.map((event) => event.traceId),
      events.map((event) => event.occurredAt),
      events.map((event) => counts.get(event.id) ?? 0),
      events.map((event) => event.publisher),
    ],
    'events.append',
  );
  return counts;
}
