import type { EventFollower } from '../events/index.ts';
import { publicId, type Clock, type Hints } from '../kernel/index.ts';
import { firstLookMs } from './blank-erased.ts';
import { blankAttempts, noteErased, readWebhooksUnderWay } from './erased-store.ts';

/**
 * What this room does for events that are erased or past their time. Attempts lose what they kept of contents; a
 * delivery that still waits in the queue is due at once, and whoever claims it finds the event erased and ends it with
 * that reason. What is in the memory of a process, there is a hint for: it is given back to the queue, to the same end,
 * unless the hint is lost or it is being sent already. What such a delivery records then, `blankErased` blanks.
 */
export const forgetEvents = ({ clock, hints }: { clock: Clock; hints: Hints }): EventFollower => ({
  async erase(tx, tenantId, eventIds) {
    const lookAt = new Date(clock.now().getTime() + firstLookMs);
    await noteErased(tx, tenantId, eventIds, lookAt);
    await tx.query(
      `with own as materialized (select id from deliveries where tenant_id = $1 and event_id = any ($2::uuid[]))
       update delivery_queue q set due_at = now(), lane = case q.lane when 'held' then 'retry' else q.lane end
         from own where q.tenant_id = $1 and q.delivery_id = own.id and q.claimed_by is null`,
      [tenantId, eventIds],
      'delivery.erase',
    );
    await blankAttempts(
      tx,
      eventIds.map((id) => ({ tenant_id: tenantId, event_id: id })),
    );
    const webhookIds = await readWebhooksUnderWay(tx, tenantId, eventIds);
    tx.afterCommit(() => {
      for (const id of webhookIds) hints.publish(tenantId, { kind: 'webhook', id: publicId('webhook', id) });
    });
  },
  async expire(tx, tenantId, before, most) {
    const [row] = await tx.query<{ gone: number }>(
      `with tries as materialized (
         select delivery_id, number from attempts where tenant_id = $1 and delivery_id < $2 order by delivery_id limit $3),
       tried as (
         delete from attempts a using tries t
          where a.tenant_id = $1 and a.delivery_id = t.delivery_id and a.number = t.number and a.delivery_id < $2
         returning 1),
       old as materialized (
         select id from deliveries where tenant_id = $1 and id < $2 order by id limit $3),
       made as (
         delete from deliveries d using old
          where d.tenant_id = $1 and d.id = old.id and d.id < $2 returning 1)
       select (select count(*) from tried) + (select count(*) from made) as gone`,
      [tenantId, before, most],
    );
    return row?.gone ?? 0;
  },
});
