import type { disconnectAccount, refreshAccount } from '@mortise/contract';
import { record } from '../audit/index.ts';
import { bareId, MortiseError, notFound, publicId, type Handler } from '../kernel/index.ts';
import { ProviderCallError } from './caller.ts';
import type { ConnectDeps } from './connect-deps.ts';
import { readCredential } from './credential-store.ts';
import { disconnectConnection } from './disconnect.ts';
import { targetOf } from './oauth-client.ts';
import { faultError, faultOf } from './fault.ts';
import type { Refresher } from './refresh.ts';
import { showConnection } from './show.ts';
import { findConnectionRows, readConnectionRow, readIntegrationRow, type ConnectionRow } from './store.ts';

/** Connections by what a host product knows them by: the provider and the account's id there. */
export function accountRoutes(deps: ConnectDeps & { refresher: Refresher }): {
  refresh: Handler<typeof refreshAccount>;
  disconnect: Handler<typeof disconnectAccount>;
} {
  const { db, clock, refresher } = deps;

  function find(
    tenantId: string,
    params: { provider: string; accountId: string },
    query: { integrationId?: string | undefined },
  ): Promise<ConnectionRow> {
    const integrationId =
      query.integrationId === undefined ? undefined : bareId('integration', query.integrationId);
    return db.tenant(tenantId, async (tx) => {
      const rows = await findConnectionRows(tx, tenantId, { ...params, integrationId });
      const [only] = rows;
      if (only === undefined) throw notFound();
      if (rows.length === 1) return only;
      throw new MortiseError('unprocessable', {
        detail: 'Say which by integrationId: several integrations have this account.',
      });
    });
  }

  const refresh: Handler<typeof refreshAccount> = async (context, { params, query }) => {
    const { tenantId } = context;
    const row = await find(tenantId, params, query);
    if (row.status !== 'connected') {
      throw new MortiseError('needs_reconnect', { detail: row.reason ?? 'The account was disconnected.' });
    }
    const { held, target } = await db.tenant(tenantId, async (tx) => {
      const integration = await readIntegrationRow(tx, tenantId, row.integration_id);
      const credential = await readCredential(tx, deps.vault, tenantId, row.id);
      if (integration === undefined || credential === undefined) throw notFound();
      return {
        held: credential,
        target: await targetOf(tx, deps, tenantId, integration, credential.inputs),
      };
    });
    const { auth, name } = target.provider;
    if (auth.kind !== 'oauth2') {
      throw new MortiseError('unprocessable', {
        detail: `What ${name} is called with does not lapse: there is nothing to renew.`,
      });
    }
    const givenAt = row.refreshed_at ?? row.updated_at;
    const notBefore =
      auth.refreshOnlyOnDemand === true
        ? held.expiresAt
        : auth.refreshNotBeforeMs > 0
          ? new Date(givenAt.getTime() + auth.refreshNotBeforeMs)
          : undefined;
    const tooSoonMs = notBefore === undefined ? 0 : notBefore.getTime() - clock.now().getTime();
    if (tooSoonMs > 0) {
      throw new MortiseError('rate_limited', {
        detail: `${name} does not let a token be renewed as young as this one.`,
        retryAfterSeconds: Math.ceil(tooSoonMs / 1000),
      });
    }
    await refresher
      .newerThan({ tenantId, connectionId: row.id, provider: target.provider }, held.version)
      .catch((error: unknown) => {
        throw error instanceof ProviderCallError
          ? faultError(faultOf(error, 'token'), target.provider)
          : error;
      });
    return db.tenant(tenantId, async (tx) => {
      const after = await readConnectionRow(tx, tenantId, row.id);
      if (after === undefined) throw notFound();
      const subject = publicId('connection', row.id);
      const details = { provider: params.provider, accountId: params.accountId };
      await record(tx, context, { action: 'connection.refreshed', subject, details });
      tx.afterCommit(() => deps.hints.publish(tenantId, { kind: 'connection', id: subject }));
      return showConnection(after);
    });
  };

  const disconnect: Handler<typeof disconnectAccount> = async (context, { params, query }) => {
    const row = await find(context.tenantId, params, query);
    await disconnectConnection(deps, context, row.id, query.records);
    return undefined;
  };

  return { refresh, disconnect };
}
