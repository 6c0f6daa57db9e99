import type { Tx } from '@mortise/platform/database';
import { grantPermits, type Cell, type RateLimit } from './rate-window.ts';

/** Permits that a process asks for. */
export interface PermitAsk {
  tenantId: string;
  webhookId: string;
  limit: RateLimit;
  wanted: number;
}

/** What it gets; and in how many milliseconds there may be more. */
export interface PermitGrant {
  granted: number;
  againMs: number;
}

/**
 * Takes permits of several webhooks' limits, one process at a time for each.
 *
 * @param asks no webhook twice
 * @returns a grant for each ask, in their order; nothing is granted where the webhook is no more
 */
export async function leasePermits(tx: Tx, asks: readonly PermitAsk[]): Promise<PermitGrant[]> {
  const ids = [asks.map((ask) => ask.tenantId), asks.map((ask) => ask.webhookId)];
  const lock = () =>
    tx.query<{ tenant_id: string; webhook_id: string; cells: Cell[] }>(
      `select tenant_id, webhook_id, cells from webhook_rates
        where (tenant_id, webhook_id) in (select * from unnest($1::uuid[], $2::uuid[]))
        order by tenant_id, webhook_id for update`,
      ids,
      'delivery.rates',
    );
  let rows = await lock();
  if (rows.length < asks.length) {
    await tx.query(
      `insert into webhook_rates (tenant_id, webhook_id)
       select w.tenant_id, w.id from webhooks w join unnest($1::uuid[], $2::uuid[]) as a (tenant_id, id) using (tenant_id, id)
        order by 1, 2 on conflict do nothing`,
      ids,
    );
    rows = await lock();
  }
  // Asked for once the locks are held: what others took before them is earlier.
  const [time] = await tx.query<{ now: Date }>('select clock_timestamp() as now');
  const now = time?.now.getTime() ?? 0;
  const byWebhook = new Map(rows.map((row) => [row.webhook_id, row]));
  const grants = asks.map((ask) => {
    const row = byWebhook.get(ask.webhookId);
    if (row === undefined) return { granted: 0, againMs: ask.limit.perSeconds * 1000 };
    const { cells, ...grant } = grantPermits(row.cells, ask.limit, ask.wanted, now);
    row.cells = cells;
    return grant;
  });
  await tx.query(
    `update webhook_rates r set cells = g.cells
       from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as g (tenant_id, webhook_id, cells)
      where r.tenant_id = g.tenant_id and r.webhook_id = g.webhook_id`,
    [
      rows.map((row) => row.tenant_id),
      rows.map((row) => row.webhook_id),
      rows.map((row) => JSON.stringify(row.cells)),
    ],
    'delivery.rates.take',
  );
  return grants;
}
