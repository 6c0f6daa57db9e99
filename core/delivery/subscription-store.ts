import type { Tx } from '@mortise/platform/database';
import { uuidArray, textArray } from '@mortise/platform/database';
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
 * The stamp of the webhooks of tenant `a`: it changes when a row of theirs does, is added or goes, and when a secret's
 * time has passed. A row's version is its place and the transaction that wrote it; no two have both in common.
 */
const stampOf = `
  (select count(*) || ' ' || coalesce(bit_xor(hash_record_extended((w.id, w.ctid, w.xmin), 0)), 0)
     from webhooks w where w.tenant_id = a.tenant_id and w.deleted_at is null) || ' ' ||
  (select count(*) || ' ' || coalesce(bit_xor(hash_record_extended((k.id, k.ctid, k.xmin), 0)), 0)
     from webhook_secrets k where k.tenant_id = a.tenant_id and (k.expires_at is null or k.expires_at > $1))`;

/** What was read of one tenant. */
export interface ReadSubscriptions {
  stamp: string;
  /** Undefined where the stamp is still the one that was given. */
  rows: SubscriptionRow[] | undefined;
}

/**
 * The webhooks of tenants, read in the transaction that will write deliveries in this process's name; the process's
 * lock is taken on the way, so that nobody recovers the process before this transaction has ended.
 *
 * @param asked each tenant once, with the stamp of what is known of it; null where nothing is
 * @returns the transaction's id, and what was read, in the order asked
 */
export async function readSubscriptions(
  tx: Tx,
  asked: readonly { tenantId: string; stamp: string | null }[],
  processId: string,
  now: Date,
): Promise<{ xid: string; read: ReadSubscriptions[] }> {
  type Row = SubscriptionRow & {
    id: string | null;
    place: number;
    stamp: string;
    known: boolean;
    xid: string;
  };
  const rows = await tx.query<Row>(
    `with held as materialized (
       select pg_advisory_xact_lock_shared(process_lock($3)) as lock, pg_current_xact_id()::text as xid),
     asked as materialized (
       select a.tenant_id, a.place, a.stamp as given, ${stampOf} as stamp
         from unnest($2::uuid[], $4::text[]) with ordinality as a (tenant_id, stamp, place))
     select a.place, a.stamp, a.stamp is not distinct from a.given as known, h.xid,
            a.tenant_id, w.id, w.version, w.url, w.events, w.status, w.settings, w.auth_secret, w.circuit,
            s.secret_ids, s.sealed
       from held h cross join asked a
       left join webhooks w on w.tenant_id = a.tenant_id and w.deleted_at is null and a.stamp is distinct from a.given
       ${secretsInForce}`,
    [now, uuidArray(asked.map((one) => one.tenantId)), processId, textArray(asked.map((one) => one.stamp))],
    'delivery.subscriptions',
  );
  const read: ReadSubscriptions[] = [];
  for (const { place, stamp, known, xid: _, ...row } of rows) {
    const own = (read[place - 1] ??= { stamp, rows: known ? undefined : [] });
    if (row.id !== null) own.rows?.push({ ...row, id: row.id });
  }
  const [first] = rows;
  if (first === undefined) throw new Error('Each tenant that was asked for gives a row');
  return { xid: first.xid, read };
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
