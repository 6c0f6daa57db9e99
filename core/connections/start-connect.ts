import type { openConnect, startConnect } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { bareId, MortiseError, notFound, publicId, Reply, type Handler } from '../kernel/index.ts';
import { clientOf, redirectUriOf, type ConnectDeps, failedTo } from './connect-deps.ts';
import { inputsFor } from './inputs-for.ts';
import { targetOf } from './oauth-client.ts';
import {
  belongsTo,
  bindState,
  browserCookie,
  browserOf,
  insertState,
  openSecrets,
  randomText,
  stateLifeMs,
  type Secrets,
} from './oauth-state.ts';
import { localPath } from './return-path.ts';
import { listIntegrationRows, readConnectionRow, readIntegrationRow, type IntegrationRow } from './store.ts';

/** The integration that is named, or the only one there is. */
async function integrationFor(
  tx: Tx,
  tenantId: string,
  provider: string,
  id: string | undefined,
): Promise<IntegrationRow> {
  if (id !== undefined) {
    const row = await readIntegrationRow(tx, tenantId, bareId('integration', id));
    if (row === undefined || row.provider !== provider) throw notFound();
    return row;
  }
  const rows = await listIntegrationRows(tx, tenantId, { provider, limit: 1 });
  const [only] = rows;
  if (only === undefined || rows.length > 1) {
    throw new MortiseError('unprocessable', {
      detail: `Say which integration by integrationId: there ${only === undefined ? 'is none' : 'are several'} of ${provider}.`,
    });
  }
  return only;
}

/** The provider's consent page for one state. @throws MortiseError unprocessable when it cannot be connected so */
async function consentUrl(
  tx: Tx,
  deps: ConnectDeps,
  tenantId: string,
  integration: IntegrationRow,
  { state, secrets }: { state: string; secrets: Secrets },
): Promise<string> {
  const target = await targetOf(tx, deps, tenantId, integration, secrets.inputs);
  const { auth } = target.provider;
  if (auth.kind !== 'oauth2' || auth.grant !== 'authorization_code') {
    throw new MortiseError('unprocessable', {
      detail: `${target.provider.name} is not connected through a browser: use POST /api/integrations/${publicId('integration', integration.id)}/connections.`,
    });
  }
  return auth.authorizationUrl({
    hosts: target.hosts,
    client: clientOf(target),
    redirectUri: redirectUriOf(deps, integration.provider),
    state,
    ...(auth.pkce ? { codeChallenge: auth.codeChallenge(secrets.verifier) } : {}),
    ...(integration.scopes === null ? {} : { scopes: integration.scopes }),
  });
}

/**
 * Begins to connect an account. A person's own browser is marked here and now. A backend is no browser: it gets a link of
 * ours to pass on, and the first browser that opens it is the one that may finish.
 */
export function startConnectHandler(deps: ConnectDeps): Handler<typeof startConnect> {
  const { db, vault, clock, publicUrl } = deps;
  return async (context, { params, body }) => {
    const { tenantId } = context;
    const returnTo = body.returnTo === undefined ? null : localPath(body.returnTo);
    if (returnTo === undefined) {
      throw new MortiseError('invalid_request', {
        detail: 'returnTo must be a path of this site, such as /connections.',
      });
    }
    const [state, verifier] = [randomText(), randomText()];
    const browser = context.actor.kind === 'operator' ? null : (browserOf(context) ?? randomText());
    const expiresAt = new Date(clock.now().getTime() + stateLifeMs);
    const atProvider = await db.tenant(tenantId, async (tx) => {
      const integration = await integrationFor(tx, tenantId, params.provider, body.integrationId);
      const reconnectId = body.reconnect === undefined ? null : bareId('connection', body.reconnect);
      if (reconnectId !== null) {
        const connection = await readConnectionRow(tx, tenantId, reconnectId);
        if (connection === undefined || connection.integration_id !== integration.id) throw notFound();
      }
      const asked = { given: body.inputs, at: 'body.inputs', reconnectId };
      const inputs = await inputsFor(tx, deps, tenantId, integration, asked);
      const secrets = { verifier, inputs };
      const url = await consentUrl(tx, deps, tenantId, integration, { state, secrets });
      const { actor, traceId } = context;
      const integrationId = integration.id;
      await insertState(tx, vault, {
        tenantId,
        state,
        secrets,
        integrationId,
        reconnectId,
        browser,
        returnTo,
        actor,
        traceId,
        expiresAt,
      });
      return url;
    });
    const authorizeUrl =
      browser === null ? new URL(`/api/integrations/authorize/${state}`, publicUrl).href : atProvider;
    const answer = { authorizeUrl, expiresAt: expiresAt.toISOString() };
    return new Reply(answer, browser === null ? {} : { 'set-cookie': browserCookie(browser, publicUrl) });
  };
}

/** Opens the link that a backend has passed on: marks the browser and sends it to the provider's consent page. */
export function openConnectHandler(deps: ConnectDeps): Handler<typeof openConnect> {
  const { db, vault, clock, publicUrl } = deps;
  return async (context, { params }) => {
    const browser = browserOf(context) ?? randomText();
    const row = await bindState(db, params.state, browser);
    if (row === undefined || row.expires_at < clock.now()) return failedTo('/integrations', 'state_invalid');
    if (!belongsTo(row, browser)) return failedTo('/integrations', 'other_browser');
    const location = await db.tenant(row.tenant_id, async (tx) => {
      const integration = await readIntegrationRow(tx, row.tenant_id, row.integration_id);
      if (integration === undefined) return undefined;
      const secrets = await openSecrets(tx, vault, row);
      return consentUrl(tx, deps, row.tenant_id, integration, { state: params.state, secrets });
    });
    if (location === undefined) return failedTo('/integrations', 'state_invalid');
    return new Reply(undefined, { location, 'set-cookie': browserCookie(browser, publicUrl) });
  };
}
