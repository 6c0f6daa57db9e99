import type { Tx } from '@mortise/platform/database';

/** A connection that has not been ended. */
export interface LiveConnection {
  /** Bare. */
  id: string;
  provider: string;
  integrationName: string;
}

/**
 * The tenant's connections that have not been ended, those that wait to be made anew included.
 *
 * @param filter.id bare: this one alone
 */
export function readLiveConnections(
  tx: Tx,
  tenantId: string,
  filter: { id?: string } = {},
): Promise<LiveConnection[]> {
  return tx.query<LiveConnection & Record<string, unknown>>(
    `select c.id, i.provider, i.name as "integrationName"
       from connections c
       join integrations i on i.tenant_id = c.tenant_id and i.id = c.integration_id
      where c.tenant_id = $1 and ($2::uuid is null or c.id = $2) and c.status <> 'disconnected'
      order by c.id`,
    [tenantId, filter.id ?? null],
  );
}
