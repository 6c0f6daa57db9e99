import type { EventFollower } from '../events/index.ts';

/**
 * What this room does for events that are erased or past their time. Attempts lose what they kept of contents; a
 * delivery that still waits is due at once, and whoever claims it finds the event erased and ends it with that reason.
 */
export const forgetEvents: EventFollower = {
  async erase(tx, tenantId, eventIds) {
    await tx.query(
      `with own as materialized (select id from deliveries where tenant_id = $1 and event_id = any ($2::uuid[])),
       blanked as (
         update attempts a set request_body = null, response_body = null, response_headers = null
           from own where a.tenant_id = $1 and a.delivery_id = own.id)
       update delivery_queue q set due_at = now(), lane = case q.lane when 'held' then 'retry' else q.lane end
         from own where q.tenant_id = $1 and q.delivery_id = own.id and q.claimed_by is null`,
      [tenantId, eventIds],
      'delivery.erase',
    );
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
};
