import type { Tx } from '@mortise/platform/database';

/** Whether a connection's resource has a record of this id at the provider, as far as it was synced and not deleted. */
export async function holdsRecord(
  tx: Tx,
  tenantId: string,
  of: { connectionId: string; resource: string; externalId: string },
): Promise<boolean> {
  const rows = await tx.query(
    `select from records r
       join syncs s on s.tenant_id = r.tenant_id and s.id = r.sync_id
      where r.tenant_id = $1 and s.connection_id = $2 and s.resource = $3 and r.external_id = $4
        and r.deleted_at is null
      limit 1`,
    [tenantId, of.connectionId, of.resource, of.externalId],
  );
  return rows.length > 0;
}
