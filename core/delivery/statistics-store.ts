import type { Tx } from '@mortise/platform/database';

/** What became of one webhook's attempts in one hour. */
export interface HourSums {
  tenantId: string;
  webhookId: string;
  hour: Date;
  delivered: number;
  failed: number;
  retried: number;
  skipped: number;
  requests: number;
  durationMs: number;
  longestMs: number;
}

/** Adds sums of many tenants to what is there, in one order, so that processes that add at once do not meet in a circle. */
export async function addToHours(tx: Tx, sums: readonly HourSums[]): Promise<void> {
  const column = <K extends keyof HourSums>(name: K) => sums.map((one) => one[name]);
  await tx.query(
    `insert into webhook_hours as h (tenant_id, webhook_id, hour, delivered, failed, retried, skipped, requests,
                                     duration_ms, longest_ms)
     select s.* from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[],
                            $7::bigint[], $8::bigint[], $9::float8[], $10::real[])
              as s (tenant_id, webhook_id, hour, delivered, failed, retried, skipped, requests, duration_ms, longest_ms)
       join webhooks w on w.tenant_id = s.tenant_id and w.id = s.webhook_id
      order by s.tenant_id, s.webhook_id, s.hour
     on conflict (tenant_id, webhook_id, hour) do update
       set delivered = h.delivered + excluded.delivered, failed = h.failed + excluded.failed,
           retried = h.retried + excluded.retried, skipped = h.skipped + excluded.skipped,
           requests = h.requests + excluded.requests, duration_ms = h.duration_ms + excluded.duration_ms,
           longest_ms = greatest(h.longest_ms, excluded.longest_ms)`,
    [
      column('tenantId'),
      column('webhookId'),
      column('hour'),
      column('delivered'),
      column('failed'),
      column('retried'),
      column('skipped'),
      column('requests'),
      column('durationMs'),
      column('longestMs'),
    ],
    'delivery.hours',
  );
}

export interface HourRow extends Record<string, unknown> {
  hour: Date;
  delivered: number;
  failed: number;
  retried: number;
  skipped: number;
  requests: number;
  duration_ms: number;
  longest_ms: number;
}

/** The last hours of a webhook, oldest first, those without an attempt too; empty when there is no such webhook. */
export function readHours(
  tx: Tx,
  tenantId: string,
  webhookId: string,
  now: Date,
  hours: number,
): Promise<HourRow[]> {
  return tx.query(
    `select g.hour, coalesce(h.delivered, 0)::bigint as delivered, coalesce(h.failed, 0)::bigint as failed,
            coalesce(h.retried, 0)::bigint as retried, coalesce(h.skipped, 0)::bigint as skipped,
            coalesce(h.requests, 0)::bigint as requests, coalesce(h.duration_ms, 0) as duration_ms,
            coalesce(h.longest_ms, 0) as longest_ms
       from webhooks w
       cross join generate_series(date_trunc('hour', $3::timestamptz) - ($4::int - 1) * interval '1 hour',
                                  date_trunc('hour', $3::timestamptz), interval '1 hour') as g (hour)
       left join webhook_hours h on h.tenant_id = w.tenant_id and h.webhook_id = w.id and h.hour = g.hour
      where w.tenant_id = $1 and w.id = $2 and w.deleted_at is null
      order by g.hour`,
    [tenantId, webhookId, now, hours],
  );
}

/** Forgets hours that nobody asks for any more. */
export async function deleteOldHours(tx: Tx, before: Date): Promise<void> {
  await tx.query('delete from webhook_hours where hour < $1', [before]);
}
