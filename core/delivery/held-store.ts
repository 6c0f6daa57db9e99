import type { Database } from '@mortise/platform/database';
import type { Target } from './target.ts';

/** A webhook for which something waits in memory, as the oldest of it was made. */
export interface HeldFor {
  tenantId: string;
  target: Pick<Target, 'webhookId' | 'version' | 'newestSecretId'>;
}

/** Of these webhooks those that are another by now: changed, paused, deleted, or signed with a newer key. */
export async function readChanged(db: Database, held: readonly HeldFor[]): Promise<string[]> {
  const rows = await db.engineStatement<{ id: string }>(
    `select h.id from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[]) as h (tenant_id, id, version, secret_id)
       left join webhooks w on w.tenant_id = h.tenant_id and w.id = h.id
       left join lateral (
         select id from webhook_secrets where tenant_id = h.tenant_id and webhook_id = h.id order by id desc limit 1) s on true
      where w.version is distinct from h.version or s.id is distinct from h.secret_id`,
    [
      held.map(({ tenantId }) => tenantId),
      held.map(({ target }) => target.webhookId),
      held.map(({ target }) => target.version),
      held.map(({ target }) => target.newestSecretId),
    ],
    'delivery.changed',
  );
  return rows.map((row) => row.id);
}
