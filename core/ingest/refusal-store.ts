import type { Tx } from '@mortise/platform/database';

/**
 * Takes a part of what a source may keep of refused requests in the hour of a moment. All processes draw on one row,
 * which outlives each of them.
 *
 * @param budget.most a multiple of `part`
 * @returns whether there was one left
 */
export async function takePart(
  tx: Tx,
  source: { tenantId: string; id: string },
  now: Date,
  budget: { part: number; most: number },
): Promise<boolean> {
  const rows = await tx.query(
    `insert into counters (tenant_id, hour, name, value) values ($1, date_trunc('hour', $2::timestamptz), $3, $4)
     on conflict (tenant_id, hour, name) do update set value = counters.value + excluded.value
       where counters.value + excluded.value <= $5
     returning 1`,
    [source.tenantId, now, `receipts.keepable ${source.id}`, budget.part, budget.most],
    'receipts.takePart',
  );
  return rows.length > 0;
}

/** How many refused requests of each source left no receipt since a moment, the most first. */
export function readUnkept(
  tx: Tx,
  tenantId: string,
  since: Date,
  sourceId?: string,
): Promise<{ id: string; name: string; unkept: number }[]> {
  return tx.query(
    `select s.id, s.name, sum(c.value)::bigint as unkept
       from sources s
       join counters c on c.tenant_id = s.tenant_id and c.name = 'receipts.unkept ' || s.id
                      and c.hour >= date_trunc('hour', $2::timestamptz)
      where s.tenant_id = $1 and ($3::uuid is null or s.id = $3)
      group by s.id, s.name order by 3 desc, s.id limit 100`,
    [tenantId, since, sourceId ?? null],
  );
}
