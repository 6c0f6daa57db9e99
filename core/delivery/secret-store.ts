import type { Tx } from '@mortise/platform/database';

export async function insertSecret(
  tx: Tx,
  tenantId: string,
  secret: { id: string; webhookId: string; sealed: Buffer; publicKey: string | null },
): Promise<void> {
  await tx.query(
    'insert into webhook_secrets (tenant_id, id, webhook_id, sealed, public_key) values ($1, $2, $3, $4, $5)',
    [tenantId, secret.id, secret.webhookId, secret.sealed, secret.publicKey],
  );
}

/** Lets the webhook's secrets sign until a moment, or until one that was set before, and erases those past theirs. */
export async function expireSecrets(
  tx: Tx,
  tenantId: string,
  webhookId: string,
  until: Date,
  now: Date,
): Promise<void> {
  await tx.query(
    'delete from webhook_secrets where tenant_id = $1 and webhook_id = $2 and expires_at <= $3',
    [tenantId, webhookId, now],
  );
  await tx.query(
    `update webhook_secrets set expires_at = least(coalesce(expires_at, $3), $3) where tenant_id = $1 and webhook_id = $2`,
    [tenantId, webhookId, until],
  );
}

/** The signing keys in force, newest first, without what is secret of them. */
export function listSecrets(
  tx: Tx,
  tenantId: string,
  webhookId: string,
  now: Date,
): Promise<{ public_key: string | null; created_at: Date; expires_at: Date | null }[]> {
  return tx.query(
    `select public_key, created_at, expires_at from webhook_secrets
      where tenant_id = $1 and webhook_id = $2 and (expires_at is null or expires_at > $3) order by id desc`,
    [tenantId, webhookId, now],
  );
}

/** What of a webhook's auth is sealed; null where there is nothing. */
export async function readAuthSecret(tx: Tx, tenantId: string, webhookId: string): Promise<Buffer | null> {
  const [row] = await tx.query<{ auth_secret: Buffer | null }>(
    'select auth_secret from webhooks where tenant_id = $1 and id = $2',
    [tenantId, webhookId],
  );
  return row?.auth_secret ?? null;
}
