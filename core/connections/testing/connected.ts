import { putCredential } from '../credential-store.ts';
import { bareId, newId } from '../../kernel/index.ts';
import type { Database } from '@mortise/platform/database';
import type { Vault } from '../../vault/index.ts';

/** Stores a connected account with its tokens, as the end of an authorisation does. @returns bare ids */
export async function plantConnection(
  rig: {
    db: Database;
    vault: Vault;
    addIntegration(
      tenantId: string,
      body: { provider: string; environment: 'sandbox' },
    ): Promise<{ id: string }>;
  },
  tenantId: string,
  given: {
    provider: string;
    accountId?: string;
    tokens: { accessToken: string; refreshToken?: string; expiresAt?: Date };
  },
  now: Date,
): Promise<{ integrationId: string; connectionId: string }> {
  const integrationId = bareId(
    'integration',
    (await rig.addIntegration(tenantId, { provider: given.provider, environment: 'sandbox' })).id,
  );
  const connectionId = newId();
  await rig.db.tenant(tenantId, async (tx) => {
    await tx.query(
      `insert into connections (tenant_id, id, integration_id, status, account_id, account_name)
       values ($1, $2, $3, 'connected', $4, 'An account')`,
      [tenantId, connectionId, integrationId, given.accountId ?? '1'],
    );
    const tokens = { tokenType: 'bearer', ...given.tokens };
    await putCredential(tx, rig.vault, tenantId, connectionId, { kind: 'oauth2', tokens }, now);
  });
  return { integrationId, connectionId };
}
