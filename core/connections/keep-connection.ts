import type { Account, Credential } from '@mortise/providers/kit';
import { record } from '../audit/index.ts';
import { publicId, type Actor } from '../kernel/index.ts';
import { upsertConnection } from './account-store.ts';
import type { ConnectDeps } from './connect-deps.ts';
import { putCredential } from './credential-store.ts';
import { keepIntegration, readConnectionRow } from './store.ts';

/** An account that the provider has just told to be the credential's. */
export interface Authorised {
  integrationId: string;
  /** The connection that was to be mended, if one was. */
  reconnectId: string | null;
  provider: string;
  account: Account;
  scopes: string[];
  credential: Credential;
  inputs: Readonly<Record<string, string>>;
}

/**
 * Connection, credential, event and audit entry in one commit. The same account again is the same connection.
 *
 * @returns the connection's public id, or why nothing was kept
 */
export function keepConnection(
  deps: Pick<ConnectDeps, 'db' | 'vault' | 'events' | 'hints' | 'clock'>,
  context: { tenantId: string; traceId: string; actor: Actor },
  found: Authorised,
): Promise<string> {
  const { db, vault, events, hints, clock } = deps;
  const { tenantId, traceId } = context;
  const { integrationId, reconnectId, account, scopes } = found;
  return db.tenant(tenantId, async (tx) => {
    if (!(await keepIntegration(tx, tenantId, integrationId))) return 'integration_gone';
    if (reconnectId !== null) {
      const before = await readConnectionRow(tx, tenantId, reconnectId);
      if (before !== undefined && before.account_id !== account.id) return 'wrong_account';
    }
    const { id, isNew } = await upsertConnection(tx, tenantId, {
      integrationId,
      accountId: account.id,
      accountName: account.name,
      metadata: account.metadata,
      scopes,
    });
    await putCredential(tx, vault, tenantId, id, found.credential, clock.now(), found.inputs);
    const subject = publicId('connection', id);
    const what = isNew ? 'connection.created' : 'connection.reconnected';
    const details = { provider: found.provider, accountId: account.id, accountName: account.name };
    await events.append(tx, { tenantId, traceId }, [
      { type: what, subject, data: { connectionId: subject, ...details } },
    ]);
    await record(tx, context, { action: what, subject, details });
    tx.afterCommit(() => hints.publish(tenantId, { kind: 'connection', id: subject }));
    return subject;
  });
}
