import type { Tx } from '@mortise/platform/database';

export interface WrappedKey {
  id: string;
  wrapped: Buffer;
  master_key_id: string;
}

/**
 * The tenant's key in force, if it has one yet; locked until the transaction ends, so that a rotation that retires it
 * comes after whatever is being sealed under it.
 */
export async function currentKey(tx: Tx, tenantId: string): Promise<WrappedKey | undefined> {
  const rows = await tx.query<WrappedKey>(
    'select id, wrapped, master_key_id from vault_keys where tenant_id = $1 and retired_at is null for key share',
    [tenantId],
    'vault.current',
  );
  return rows[0];
}

/** The same of many tenants, by the tenant; those that have none yet are missing. */
export async function currentKeys(tx: Tx, tenantIds: readonly string[]): Promise<Map<string, WrappedKey>> {
  const rows = await tx.query<WrappedKey & { tenant_id: string }>(
    `select tenant_id, id, wrapped, master_key_id from vault_keys
      where tenant_id = any($1::uuid[]) and retired_at is null order by tenant_id for key share`,
    [tenantIds],
    'vault.currents',
  );
  return new Map(rows.map(({ tenant_id: tenantId, ...key }) => [tenantId, key]));
}

export async function keyById(tx: Tx, tenantId: string, id: string): Promise<WrappedKey | undefined> {
  const rows = await tx.query<WrappedKey>(
    'select id, wrapped, master_key_id from vault_keys where tenant_id = $1 and id = $2',
    [tenantId, id],
    'vault.byId',
  );
  return rows[0];
}

/** Adds the tenant's first key unless another transaction was faster; either way the one in force is returned. */
export async function addFirstKey(tx: Tx, tenantId: string, key: WrappedKey): Promise<WrappedKey> {
  await tx.query(
    `insert into vault_keys (tenant_id, id, wrapped, master_key_id) values ($1, $2, $3, $4)
     on conflict (tenant_id) where retired_at is null do nothing`,
    [tenantId, key.id, key.wrapped, key.master_key_id],
  );
  const current = await currentKey(tx, tenantId);
  if (current === undefined) throw new Error('The key that was just written is not there');
  return current;
}

/** The canaries by the id of the master key that each is sealed under. */
export async function readCanaries(tx: Tx): Promise<Map<string, Buffer>> {
  // One process at a time, so that of two first starts with different keys only one finds nothing here.
  await tx.query("select pg_advisory_xact_lock(hashtext('mortise.vault_canaries'))");
  const rows = await tx.db.selectFrom('vault_canaries').select(['master_key_id', 'sealed']).execute();
  return new Map(rows.map((row) => [row.master_key_id, row.sealed]));
}

export async function addCanary(tx: Tx, masterKeyId: string, sealed: Buffer): Promise<void> {
  await tx.db.insertInto('vault_canaries').values({ master_key_id: masterKeyId, sealed }).execute();
}

/** How many tenant keys, of all tenants, are wrapped under each master key. */
export async function countByMasterKey(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.query<{ master_key_id: string; count: number }>(
    'select master_key_id, count(*) as count from vault_keys group by 1 order by 1',
  );
  return new Map(rows.map((row) => [row.master_key_id, row.count]));
}
