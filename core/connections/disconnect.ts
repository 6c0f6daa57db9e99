import type { Database } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import { record } from '../audit/index.ts';
import type { Events } from '../events/index.ts';
import {
  MortiseError,
  notFound,
  publicId,
  type Clock,
  type Hints,
  type RequestContext,
} from '../kernel/index.ts';
import { VaultError, type Vault } from '../vault/index.ts';
import { eraseAccount } from './account-store.ts';
import { deleteCredential, readCredential } from './credential-store.ts';
import { targetOf } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { revokeTokens } from './revoke-tokens.ts';
import {
  deleteSyncs,
  holdConnection,
  readConnectionRow,
  readIntegrationRow,
  setConnectionStatus,
} from './store.ts';

/**
 * Ends a connection. Its secrets are erased first, in one commit with the event and the audit entry, so that a crash
 * leaves nothing usable behind; only then is the provider asked to forget them, which may fail without harm here. With
 * `erase`, its syncs and records go too, and whose account it was, in the logs as well.
 *
 * @returns whether the provider confirmed that it no longer honours the tokens
 */
export async function disconnectConnection(
  deps: {
    db: Database;
    vault: Vault;
    events: Events;
    egress: Egress;
    hints: Hints;
    clock: Clock;
    registry: ProviderRegistry;
  },
  context: RequestContext,
  connectionId: string,
  records: 'keep' | 'erase',
): Promise<boolean> {
  const { tenantId, traceId } = context;
  const subject = publicId('connection', connectionId);
  const before = await deps.db.tenant(tenantId, async (tx) => {
    await holdConnection(tx, tenantId, connectionId);
    const connection = await readConnectionRow(tx, tenantId, connectionId);
    if (connection === undefined) throw notFound();
    const integration = await readIntegrationRow(tx, tenantId, connection.integration_id);
    const held = await readCredential(tx, deps.vault, tenantId, connectionId).catch(unlessUnreadable);
    const target =
      integration === undefined
        ? undefined
        : await targetOf(tx, deps, tenantId, integration, held?.inputs).catch(unlessUnreadable);
    await deleteCredential(tx, tenantId, connectionId);
    const ended = await setConnectionStatus(tx, tenantId, connectionId, 'disconnected', null);
    // Their runs and records go with them.
    const erased = records === 'erase' ? await deleteSyncs(tx, tenantId, connectionId) : 0;
    if (ended || erased > 0) {
      const { provider, account_id: accountId } = connection;
      const details = { provider, ...(records === 'keep' ? { accountId } : {}), records };
      await deps.events.append(tx, { tenantId, traceId }, [
        { type: 'connection.disconnected', subject, data: { connectionId: subject, ...details } },
      ]);
      await record(tx, context, { action: 'connection.disconnected', subject, details });
    }
    if (records === 'erase') await eraseAccount(tx, tenantId, { id: connectionId, subject });
    tx.afterCommit(() => deps.hints.publish(tenantId, { kind: 'connection', id: subject }));
    return { held, target };
  });
  const { held, target } = before;
  if (held?.credential.kind !== 'oauth2' || target === undefined) return false;
  return revokeTokens(deps, target, held.credential.tokens);
}

/** What cannot be opened or is not installed any more cannot be revoked either, and can be ended all the same. */
function unlessUnreadable(error: unknown): undefined {
  if (error instanceof VaultError || error instanceof MortiseError) return undefined;
  throw error;
}
