import { uuidArray, type Tx } from '@mortise/platform/database';
import type { Circuit } from './judge-circuit.ts';
import type { TargetRow } from './target.ts';

/** A webhook as the matcher reads it. */
export interface SubscriptionRow extends TargetRow {
  tenant_id: string;
  events: string[];
  status: 'active' | 'paused' | 'disabled';
  circuit: Circuit | null;
}

/** The signing secrets of a webhook `w` that are in force at $1, newest first. */
export const secretsInForce = `left join lateral (
    select array_agg(id order by id desc) as secret_ids, array_agg(sealed order by id desc) as sealed
      from webhook_secrets
     where tenant_id = w.tenant_id and webhook_id = w.id and (expires_at is null or expires_at > $1)) s on true`;

/**
 * What tells whether rows are still the same: how many they are, and a hash over their versions. A row's version is its
 * place and the transaction that wrote it; no two have both in common.
 */
const stampOf = (row: string) =>
  `count(*) || ' ' || coalesce(bit_xor(hashint8extended(${row}.xmin::text::bigint, hashtidextended(${row}.ctid, 0))), 0)`;

/**
 * Stamps of tenants' webhooks, read in the transaction that will write deliveries in this process's name; the process's
 * lock is taken on the way, so that nobody recovers the process before this transaction has ended. A stamp changes when
 * a webhook or a signing secret does, is added or goes, and when a secret's time has passed.
 *
 * @returns the transaction's id, and the stamp of each tenant that has webhooks
 */
export async function readStamps(
  tx: Tx,
  tenantIds: readonly string[],
  processId: string,
  now: Date,
): Promise<{ xid: string; stamps: ReadonlyMap<string, string> }> {
  const rows = await tx.query<{ xid: string | null; tenant_id: string; stamp: string }>(
    `select held.xid, null::uuid as tenant_id, '' as stamp
       from (select pg_current_xact_id()::text as xid, pg_advisory_xact_lock_shared(process_lock($3)) as lock) held
      where held.lock is not null
     union all
     select null, w.tenant_id, ${stampOf('w')} from webhooks w
      where w.tenant_id = any($1::uuid[]) and w.deleted_at is null group by 2
     union all
     select null, k.tenant_id, ' ' || ${stampOf('k')} from webhook_secrets k
      where k.tenant_id = any($1::uuid[]) and (k.expires_at is null or k.expires_at > $2) group by 2`,
    [uuidArray(tenantIds), now, processId],
    'delivery.stamps',
  );
  const stamps = new Map<string, string>();
  let xid: string | undefined;
  for (const row of rows) {
    if (row.xid === null) stamps.set(row.tenant_id, (stamps.get(row.tenant_id) ?? '') + row.stamp);
    else ({ xid } = row);
  }
  if (xid === undefined) throw new Error('A transaction has an id');
  return { xid, stamps };
}

/** The webhooks of tenants. */
export function readSubscriptions(
  tx: Tx,
  tenantIds: readonly string[],
  now: Date,
): Promise<SubscriptionRow[]> {
  return tx.query<SubscriptionRow & Record<string, unknown>>(
    `select w.tenant_id, w.id, w.version, w.url, w.events, w.status, w.settings, w.auth_secret, w.circuit,
            s.secret_ids, s.sealed
       from webhooks w ${secretsInForce}
      where w.tenant_id = any($2::uuid[]) and w.deleted_at is null`,
    [now, uuidArray(tenantIds)],
    'delivery.subscriptions',
  );
}

/**
 * Which of these webhooks are still not active, with a lock against their being resumed: what is written as held
 * after this is seen, and let go, by the one who resumes.
 */
export async function lockInactive(
  tx: Tx,
  webhooks: readonly { tenantId: string; webhookId: string }[],
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `select w.id from webhooks w
      where (w.tenant_id, w.id) in (select * from unnest($1::uuid[], $2::uuid[])) and w.status <> 'active'
      order by w.tenant_id, w.id for share`,
    [webhooks.map((one) => one.tenantId), webhooks.map((one) => one.webhookId)],
  );
  return new Set(rows.map((row) => row.id));
}
