import type { Database } from '@mortise/platform/database';

const [days, perStatement, writers] = [30, 50_000, 2];
const dayMs = 86_400_000;

export interface Owners {
  tenantIds: readonly string[];
  /** As many of each tenant, tenant by tenant. */
  webhookIds: readonly string[];
}

/**
 * Stores events with a delivery each and its attempts, as if they had come evenly over the last days, today included:
 * the rows and indexes that the product writes, through the same partitions. The first tenants have most, the very first
 * about a sixth. Of a hundred deliveries two needed a second attempt and one was given up after it; today one of a
 * hundred waits for its second.
 */
export async function fillStore(db: Database, owners: Owners, deliveries: number): Promise<void> {
  const now = Date.now();
  const today = now - (now % dayMs);
  const perDay = Math.ceil(deliveries / days);
  const statements: (() => Promise<unknown>)[] = [];
  for (let day = today - (days - 1) * dayMs; day <= today; day += dayMs) {
    await db.engine((tx) =>
      tx.query('call ensure_partitions($1)', [new Date(day).toISOString().slice(0, 10)]),
    );
    const stepMs = (Math.min(dayMs, now - day) - 1) / perDay;
    for (let first = 0; first < perDay; first += perStatement) {
      const last = Math.min(first + perStatement, perDay) - 1;
      statements.push(() =>
        db.engine((tx) =>
          tx.query(fill, [
            owners.tenantIds,
            owners.webhookIds,
            owners.webhookIds.length / owners.tenantIds.length,
            day,
            stepMs,
            first,
            last,
            day === today,
          ]),
        ),
      );
    }
  }
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let next = statements.shift(); next !== undefined; next = statements.shift()) await next();
    }),
  );
}

/** Chance is taken from the row's number, so that every run stores the same. */
const fill = `
with given as materialized (
  select n, $4::float8 + n * $5::float8 as ms, (n * 2654435761) % 4294967296 / 4294967296.0::float8 as chance,
         (n * 2246822519) % 4294967296 * 100 / 4294967296 as hundred
    from generate_series($6::bigint, $7::bigint) as n),
placed as materialized (
  select n, hundred, lpad(to_hex(ms::bigint), 12, '0') as moment, lpad(to_hex(n), 12, '0') as rest,
         to_timestamp(ms / 1000) as at, floor(cardinality($1::uuid[]) * power(chance, 3))::int as tenant
    from given),
made as materialized (
  select n, hundred, at, ($1::uuid[])[tenant + 1] as tenant_id, (moment || '70008000' || rest)::uuid as event_id,
         (moment || '70018000' || rest)::uuid as id, n % $3::int as kind,
         ($2::uuid[])[tenant * $3::int + n % $3::int + 1] as webhook_id
    from placed),
logged as (
  insert into events (tenant_id, id, type, data, trace_id, occurred_at, delivery_count)
  select tenant_id, event_id, 'contact' || kind || '.updated',
         ('{"n": ' || n || ', "email": "someone@example.com", "name": "Some One", "changed": ["email", "name"]}')::jsonb,
         event_id, at, 1 from made),
bound as (
  insert into deliveries (tenant_id, id, event_id, webhook_id, accepted_by, created_at)
  -- A process a day.
  select tenant_id, id, event_id, webhook_id, uuid_floor(to_timestamp($4::float8 / 1000)), at from made),
waiting as (
  insert into delivery_queue (tenant_id, delivery_id, webhook_id, due_at, attempt, lane)
  select tenant_id, id, webhook_id, at + interval '3 days', 2, 'retry' from made where $8 and hundred = 3)
insert into attempts (tenant_id, delivery_id, number, webhook_id, outcome, status_code, request_headers, response_headers,
                      response_body, duration_ms, started_at, process_id)
select tenant_id, id, number, webhook_id,
       case when hundred > 3 or hundred = 3 and not $8 then 'delivered' when number = 1 then 'retrying'
            when hundred = 0 then 'exhausted' else 'delivered' end,
       case when hundred > 3 or hundred = 3 and not $8 or number = 2 and hundred > 0 then 200 else 500 end,
       ('{"user-agent": "Mortise-Webhooks/1.0", "webhook-id": "' || id || '", "content-type": "application/json", '
        || '"webhook-signature": "v1,' || md5(n::text) || 'k7Yb3sQe0=", "webhook-timestamp": "' || floor(extract(epoch from at)) || '"}')::jsonb,
       '{"content-length": "0"}', '', 3.5, at, uuid_floor(to_timestamp($4::float8 / 1000))
  from made cross join generate_series(1, case when hundred < 3 then 2 else 1 end) as number`;
