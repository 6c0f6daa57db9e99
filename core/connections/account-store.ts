import type { Tx } from '@mortise/platform/database';
import { newId, storableJson, storableText } from '../kernel/index.ts';

/**
 * Stores an account that has just been authorised. The same account again is the same connection: it keeps its id and
 * with it its syncs, records and settings.
 *
 * @returns the connection's id and whether it is new
 */
export async function upsertConnection(
  tx: Tx,
  tenantId: string,
  connection: {
    integrationId: string;
    accountId: string;
    accountName: string;
    metadata: Record<string, unknown>;
    scopes: string[];
  },
): Promise<{ id: string; isNew: boolean }> {
  const id = newId();
  const row = await tx.db
    .insertInto('connections')
    .values({
      tenant_id: tenantId,
      id,
      integration_id: connection.integrationId,
      status: 'connected',
      account_id: connection.accountId,
      account_name: storableText(connection.accountName),
      metadata: storableJson(connection.metadata),
      scopes: connection.scopes,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'integration_id', 'account_id']).doUpdateSet((e) => ({
        status: 'connected',
        reason: null,
        account_name: e.ref('excluded.account_name'),
        metadata: e.ref('excluded.metadata'),
        scopes: e.ref('excluded.scopes'),
        updated_at: new Date(),
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id: row.id, isNew: row.id === id };
}

/**
 * Takes out of a connection that has ended whose account it was, here and in the logs. It stays as what its events and
 * audit entries are about; the same account connected again is then another connection.
 */
export async function eraseAccount(
  tx: Tx,
  tenantId: string,
  connection: { id: string; subject: string },
): Promise<void> {
  await tx.query(
    `update connections set account_id = 'erased:' || id, account_name = 'Erased account', metadata = '{}',
            own_metadata = '{}', label = null
      where tenant_id = $1 and id = $2 and status = 'disconnected'`,
    [tenantId, connection.id],
  );
  await tx.query('select erase_account($1, $2)', [connection.id, connection.subject]);
}
