import type { Tx } from '@mortise/platform/database';
import type { WrappedKey } from './store.ts';

export interface TenantKey extends WrappedKey {
  tenant_id: string;
}

/** All keys of a tenant, retired ones too. There are as many as rotations not yet cleared away. */
export function keysOfTenant(tx: Tx, tenantId: string): Promise<WrappedKey[]> {
  return tx.query<WrappedKey & { [key: string]: unknown }>(
    'select id, wrapped, master_key_id from vault_keys where tenant_id = $1',
    [tenantId],
  );
}

/** When the tenant's key in force was made, and how many earlier ones are kept. */
export async function keyAges(
  tx: Tx,
  tenantId: string,
): Promise<{ createdAt: Date | undefined; olderKeys: number }> {
  const rows = await tx.query<{ created_at: Date; is_current: boolean }>(
    'select created_at, retired_at is null as is_current from vault_keys where tenant_id = $1',
    [tenantId],
  );
  return {
    createdAt: rows.find((row) => row.is_current)?.created_at,
    olderKeys: rows.filter((row) => !row.is_current).length,
  };
}

/**
 * Puts a new key in force and retires the one before it, once every transaction that seals under that has ended: from
 * then on nothing new names the old one.
 */
export async function replaceCurrentKey(tx: Tx, tenantId: string, key: WrappedKey): Promise<void> {
  for (;;) {
    await tx.query('select from vault_keys where tenant_id = $1 and retired_at is null for update', [
      tenantId,
    ]);
    await tx.query('update vault_keys set retired_at = now() where tenant_id = $1 and retired_at is null', [
      tenantId,
    ]);
    const added = await tx.query(
      `insert into vault_keys (tenant_id, id, wrapped, master_key_id) values ($1, $2, $3, $4)
       on conflict (tenant_id) where retired_at is null do nothing returning 1`,
      [tenantId, key.id, key.wrapped, key.master_key_id],
    );
    // Else the tenant had no key at all, and its first secret has made one just now.
    if (added.length > 0) return;
  }
}

/** Retires master keys, once every transaction that wraps under one of them has ended, and brings one in force. */
export async function retireMasterKeys(tx: Tx, target: string, previous: readonly string[]): Promise<void> {
  await tx.query(
    'select from vault_canaries where master_key_id = any($1) or master_key_id = $2 order by master_key_id for update',
    [previous, target],
  );
  await tx.query(
    `update vault_canaries set retired_at = case when master_key_id = $2 then null else coalesce(retired_at, now()) end
      where master_key_id = any($1) or master_key_id = $2`,
    [previous, target],
  );
}

/** Which of the master keys may still wrap new keys, as far as the database knows. */
export async function masterKeysInForce(tx: Tx): Promise<Set<string>> {
  const rows = await tx.query<{ master_key_id: string }>(
    'select master_key_id from vault_canaries where retired_at is null',
  );
  return new Set(rows.map((row) => row.master_key_id));
}

/** Locks the next keys, of all tenants, that are not wrapped under the given master key; see `lockStale`. */
export function lockKeysUnderOthers(
  tx: Tx,
  masterKeyId: string,
  page: { after: TenantKey | undefined; limit: number; wait: boolean },
): Promise<TenantKey[]> {
  const behind = page.after === undefined ? '' : 'and (tenant_id, id) > ($3, $4)';
  return tx.query<TenantKey & { [key: string]: unknown }>(
    `select tenant_id, id, wrapped, master_key_id from vault_keys where master_key_id <> $1 ${behind}
      order by tenant_id, id limit $2 for no key update${page.wait ? '' : ' skip locked'}`,
    [masterKeyId, page.limit, ...(page.after === undefined ? [] : [page.after.tenant_id, page.after.id])],
  );
}

/** Puts new wraps where the old ones still stand. @returns how many were put */
export async function swapWraps(
  tx: Tx,
  swaps: readonly { old: TenantKey; next: WrappedKey }[],
): Promise<number> {
  if (swaps.length === 0) return 0;
  const rows = await tx.query(
    `update vault_keys k set wrapped = s.next, master_key_id = s.master
       from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[], $5::text[]) as s (tenant, id, old, next, master)
      where k.tenant_id = s.tenant and k.id = s.id and k.wrapped is not distinct from s.old
      returning 1`,
    [
      swaps.map(({ old }) => old.tenant_id),
      swaps.map(({ old }) => old.id),
      swaps.map(({ old }) => old.wrapped),
      swaps.map(({ next }) => next.wrapped),
      swaps.map(({ next }) => next.master_key_id),
    ],
  );
  return rows.length;
}

/**
 * Retired keys that may be looked at for removal: an hour after the tenant's last rotation has ended, since whoever
 * has read a value before that may be about to open it.
 */
export function listRemovable(
  tx: Tx,
  limit: number,
  after: string | null,
): Promise<{ tenant_id: string; id: string }[]> {
  return tx.query<{ tenant_id: string; id: string }>(
    `select k.tenant_id, k.id from vault_keys k
      where k.retired_at < now() - interval '1 hour' and ($2::uuid is null or k.id > $2)
        and not exists (select from key_rotations r where r.tenant_id = k.tenant_id
                           and (r.finished_at is null or r.finished_at > now() - interval '1 hour'))
      order by k.id limit $1`,
    [limit, after],
  );
}

export async function removeKey(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(
    'delete from vault_keys where tenant_id = $1 and id = $2 and retired_at is not null returning 1',
    [tenantId, id],
  );
  return rows.length > 0;
}
