import type { Tx } from '@mortise/platform/database';

/** One attempt as it is logged. */
export interface AttemptRow {
  tenant_id: string;
  delivery_id: string;
  number: number;
  webhook_id: string;
  outcome: 'delivered' | 'retrying' | 'exhausted' | 'skipped';
  status_code: number | null;
  error: string | null;
  request_headers: Record<string, string>;
  /** Only where a transform made it. */
  request_body?: string;
  response_headers: Record<string, string> | null;
  response_body: string | null;
  duration_ms: number;
  started_at: Date;
  next_attempt_at: Date | null;
  process_id: string;
}

/** A delivery whose row in the queue, if it has one, is to go; only while the fence is still ours. */
export interface QueueEnd {
  tenantId: string;
  deliveryId: string;
  fence: number;
}

/** A delivery that is to wait in the queue for its next attempt, which has this number. */
export interface QueueWait extends QueueEnd {
  webhookId: string;
  attempt: number;
  dueAt: Date;
  lane: 'first' | 'retry';
  /** Whose consent to what it needs, see consent-gate; null where none. */
  consentKey: string | null;
  /** How often it was put back since its last attempt, for trouble of our own. */
  setbacks: number;
}

/**
 * Appends attempts of many tenants. The same number of the same delivery stays as it was first written.
 *
 * One JSON text and not an array a column: most of an attempt is headers, which as JSON in an array of text would be
 * quoted twice. What is final is counted in the same statement (see metrics), in one order of rows, so that processes
 * that count for the same tenants at once wait for one another and never in a circle.
 */
export async function insertAttempts(tx: Tx, attempts: readonly AttemptRow[]): Promise<void> {
  await tx.query(
    `with added as (
     insert into attempts (tenant_id, delivery_id, number, webhook_id, outcome, status_code, error, request_headers,
                           request_body, response_headers, response_body, duration_ms, started_at, next_attempt_at, process_id)
     select tenant_id, delivery_id, number, webhook_id, outcome, status_code, error, request_headers,
            request_body, response_headers, response_body, duration_ms, started_at, next_attempt_at, process_id
       from json_to_recordset($1::json) as r (
              tenant_id uuid, delivery_id uuid, number int, webhook_id uuid, outcome text, status_code int, error text,
              request_headers jsonb, request_body text, response_headers jsonb, response_body text, duration_ms real,
              started_at timestamptz, next_attempt_at timestamptz, process_id uuid)
     on conflict do nothing
     returning tenant_id, outcome)
     insert into counters (tenant_id, hour, name, value)
     select tenant_id, date_trunc('hour', now()), case outcome when 'delivered' then 'delivered' else 'failed' end, count(*)
       from added where outcome in ('delivered', 'exhausted') group by 1, 2, 3 order by 1, 3
     on conflict (tenant_id, hour, name) do update set value = counters.value + excluded.value`,
    [JSON.stringify(attempts)],
    'delivery.attempts',
  );
}

export async function endInQueue(tx: Tx, ends: readonly QueueEnd[]): Promise<void> {
  await tx.query(
    `delete from delivery_queue q using unnest($1::uuid[], $2::uuid[], $3::int[]) as e (tenant_id, delivery_id, fence)
      where q.tenant_id = e.tenant_id and q.delivery_id = e.delivery_id and q.fence = e.fence`,
    [ends.map((end) => end.tenantId), ends.map((end) => end.deliveryId), ends.map((end) => end.fence)],
    'delivery.end',
  );
}

/**
 * Makes deliveries wait. One that was claimed has its row changed, if the claim still stands; one that was in memory
 * gets a row, unless that attempt or a later one has been made meanwhile by whoever took over.
 */
export async function waitInQueue(tx: Tx, waits: readonly QueueWait[]): Promise<void> {
  const [claimed, fresh] = [waits.filter((wait) => wait.fence > 0), waits.filter((wait) => wait.fence === 0)];
  const columns = (rows: readonly QueueWait[]) => [
    rows.map((row) => row.tenantId),
    rows.map((row) => row.deliveryId),
    rows.map((row) => row.webhookId),
    rows.map((row) => row.dueAt),
    rows.map((row) => row.attempt),
    rows.map((row) => row.lane),
    rows.map((row) => row.fence),
    rows.map((row) => row.consentKey),
    rows.map((row) => row.setbacks),
  ];
  const given = `unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::int[], $6::text[], $7::int[], $8::text[],
      $9::int[]) as w (tenant_id, delivery_id, webhook_id, due_at, attempt, lane, fence, consent_key, setbacks)`;
  if (claimed.length > 0) {
    await tx.query(
      `update delivery_queue q
          set due_at = w.due_at, attempt = w.attempt, lane = w.lane, claimed_by = null, claimed_until = null,
              consent_key = w.consent_key, setbacks = w.setbacks
         from ${given} where q.tenant_id = w.tenant_id and q.delivery_id = w.delivery_id and q.fence = w.fence`,
      columns(claimed),
      'delivery.wait',
    );
  }
  if (fresh.length > 0) {
    await tx.query(
      `insert into delivery_queue (tenant_id, delivery_id, webhook_id, due_at, attempt, lane, fence, consent_key, setbacks)
       select w.tenant_id, w.delivery_id, w.webhook_id, w.due_at, w.attempt, w.lane, w.fence, w.consent_key, w.setbacks
         from ${given}
        where not exists (select from attempts a where a.tenant_id = w.tenant_id and a.delivery_id = w.delivery_id
                             and a.number >= w.attempt)
       on conflict (tenant_id, delivery_id) do update
         set due_at = excluded.due_at, attempt = excluded.attempt, lane = excluded.lane, consent_key = excluded.consent_key,
             setbacks = excluded.setbacks
       where delivery_queue.fence = 0`,
      columns(fresh),
      'delivery.queue',
    );
  }
}
