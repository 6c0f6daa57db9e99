import { createHash, randomBytes } from 'node:crypto';
import type { finishConnect, startConnect } from '@mortise/contract';
import type { Egress } from '@mortise/platform/egress';
import type { Database, Tx } from '@mortise/platform/database';
import { ProviderError, type TokenSet } from '@mortise/providers/kit';
import { record } from '../audit/index.ts';
import type { Events } from '../events/index.ts';
import {
  bareId,
  MortiseError,
  notFound,
  publicId,
  Reply,
  type Actor,
  type Clock,
  type Handler,
  type Hints,
} from '../kernel/index.ts';
import type { Place, Vault } from '../vault/index.ts';
import { putCredential } from './credential-store.ts';
import { httpThrough } from './fetch-through.ts';
import { targetOf, type ProviderTarget } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { listIntegrationRows, readConnectionRow, readIntegrationRow, upsertConnection } from './store.ts';

/** Why connecting did not work, as the dashboard learns it; its words are the dashboard's. */
export type ConnectFailure =
  | 'cancelled'
  | 'state_invalid'
  | 'other_browser'
  | 'wrong_client'
  | 'wrong_account'
  | 'provider_unavailable'
  | 'provider_refused';

const stateLifeMs = 10 * 60_000;
const cookieName = 'mortise_connect';
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const random = () => randomBytes(32).toString('base64url');

const statePlace = (tenantId: string, hash: Buffer): Place => ({
  tenantId,
  table: 'oauth_states',
  row: hash.toString('hex'),
  field: 'sealed',
});

interface StateRow extends Record<string, unknown> {
  tenant_id: string;
  integration_id: string;
  reconnect_id: string | null;
  sealed: Buffer;
  browser_hash: Buffer;
  return_to: string | null;
  actor: Actor;
  trace_id: string;
  expires_at: Date;
}

export function connectRoutes(deps: {
  db: Database;
  vault: Vault;
  events: Events;
  egress: Egress;
  hints: Hints;
  clock: Clock;
  registry: ProviderRegistry;
  publicUrl: string;
}) {
  const { db, vault, clock } = deps;
  const secure = deps.publicUrl.startsWith('https:') ? '; Secure' : '';
  const redirectUri = (provider: string) => new URL(`/api/integrations/callback/${provider}`, deps.publicUrl).href;

  async function integrationFor(tx: Tx, tenantId: string, provider: string, id: string | undefined) {
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

  const start: Handler<typeof startConnect> = async (context, { params, body }) => {
    const { tenantId } = context;
    const state = random();
    // One browser may have several windows open at several providers: the cookie is the browser's, not the state's.
    const browser = context.cookie(cookieName) ?? random();
    const verifier = random();
    const hash = sha256(state);
    const expiresAt = new Date(clock.now().getTime() + stateLifeMs);
    const authorizeUrl = await db.tenant(tenantId, async (tx) => {
      const integration = await integrationFor(tx, tenantId, params.provider, body.integrationId);
      const target = await targetOf(tx, deps, tenantId, integration);
      const { auth } = target.provider;
      if (auth.kind !== 'oauth2' || auth.grant !== 'authorization_code') {
        throw new MortiseError('unprocessable', { detail: `${target.provider.name} is not connected through a browser.` });
      }
      const client = clientOf(target);
      const reconnectId = body.reconnect === undefined ? null : bareId('connection', body.reconnect);
      if (reconnectId !== null) {
        const connection = await readConnectionRow(tx, tenantId, reconnectId);
        if (connection === undefined || connection.integration_id !== integration.id) throw notFound();
      }
      await tx.db
        .insertInto('oauth_states')
        .values({
          tenant_id: tenantId,
          state_hash: hash,
          integration_id: integration.id,
          reconnect_id: reconnectId,
          sealed: await vault.seal(tx, statePlace(tenantId, hash), verifier),
          browser_hash: sha256(browser),
          return_to: body.returnTo ?? null,
          actor: JSON.stringify(context.actor),
          trace_id: context.traceId,
          expires_at: expiresAt,
        })
        .execute();
      return auth.authorizationUrl({
        hosts: target.hosts,
        client,
        redirectUri: redirectUri(params.provider),
        state,
        ...(auth.pkce ? { codeChallenge: auth.codeChallenge(verifier) } : {}),
        ...(integration.scopes === null ? {} : { scopes: integration.scopes }),
      });
    });
    return new Reply(
      { authorizeUrl, expiresAt: expiresAt.toISOString() },
      {
        'set-cookie': `${cookieName}=${browser}; Path=/api/integrations; HttpOnly; SameSite=Lax; Max-Age=${stateLifeMs / 1000}${secure}`,
      },
    );
  };

  const finish: Handler<typeof finishConnect> = async (context, { params, query }) => {
    const back = (path: string, answer: Record<string, string>) => {
      const url = new URL(path, deps.publicUrl);
      for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
      return new Reply(undefined, { location: url.pathname + url.search });
    };
    const fail = (path: string, code: ConnectFailure) => back(path, { connect_error: code, provider: params.provider });

    const hash = sha256(query.state ?? '');
    // In a transaction without a tenant: the state is what tells the tenant. It is used up even if what follows fails.
    const [state] = await db.engine(async (tx) => {
      await tx.query('set local role mortise_app');
      return tx.query<StateRow>('select * from consume_oauth_state($1)', [hash]);
    });
    if (state === undefined || state.expires_at < clock.now()) return fail('/integrations', 'state_invalid');
    const tenantId = state.tenant_id;
    const integrationPath = `/integrations/${publicId('integration', state.integration_id)}`;
    const returnTo = state.return_to ?? integrationPath;
    if (!sha256(context.cookie(cookieName) ?? '').equals(state.browser_hash)) return fail(returnTo, 'other_browser');
    if (query.error !== undefined) {
      return fail(returnTo, query.error === 'access_denied' ? 'cancelled' : 'provider_refused');
    }
    if (query.code === undefined) return fail(returnTo, 'provider_refused');

    const { target, verifier } = await db.tenant(tenantId, async (tx) => {
      const integration = await readIntegrationRow(tx, tenantId, state.integration_id);
      if (integration === undefined) throw notFound();
      return {
        target: await targetOf(tx, deps, tenantId, integration),
        verifier: await vault.open(tx, statePlace(tenantId, hash), state.sealed),
      };
    });
    if (target.provider.id !== params.provider) return fail(returnTo, 'state_invalid');
    const { provider, hosts } = target;
    if (provider.auth.kind !== 'oauth2') return fail(returnTo, 'provider_refused');
    const client = clientOf(target);
    const oauth = { hosts, http: httpThrough(deps.egress), now: () => clock.now(), client };

    let tokens: TokenSet;
    let account;
    try {
      tokens = await provider.auth.exchangeCode({
        ...oauth,
        code: query.code,
        redirectUri: redirectUri(provider.id),
        callback: query,
        ...(provider.auth.pkce ? { codeVerifier: verifier } : {}),
      });
      account = await provider.account({ ...oauth, credential: { kind: 'oauth2', tokens } });
    } catch (error) {
      return fail(returnTo, failureOf(error));
    }

    const outcome = await db.tenant(tenantId, async (tx) => {
      if (state.reconnect_id !== null) {
        const before = await readConnectionRow(tx, tenantId, state.reconnect_id);
        if (before !== undefined && before.account_id !== account.id) return undefined;
      }
      const { id, isNew } = await upsertConnection(tx, tenantId, {
        integrationId: state.integration_id,
        accountId: account.id,
        accountName: account.name,
        metadata: account.metadata,
        scopes: tokens.scopes ?? [],
      });
      await putCredential(tx, vault, tenantId, id, { kind: 'oauth2', tokens }, clock.now());
      const subject = publicId('connection', id);
      const traceId = state.trace_id.replaceAll('-', '');
      const what = isNew ? 'created' : 'reconnected';
      const details = { provider: provider.id, accountId: account.id, accountName: account.name };
      await deps.events.append(tx, { tenantId, traceId }, [
        { type: `connection.${what}`, subject, data: { connectionId: subject, ...details } },
      ]);
      await record(tx, { tenantId, traceId, actor: state.actor }, { action: `connection.${what}`, subject, details });
      tx.afterCommit(() => deps.hints.publish(tenantId, { kind: 'connection', id: subject }));
      return subject;
    });
    if (outcome === undefined) return fail(returnTo, 'wrong_account');
    return back(state.return_to ?? `/connections/${outcome}`, { connected: outcome });
  };

  return { start, finish };
}

function clientOf(target: ProviderTarget) {
  if (target.client === undefined) {
    throw new MortiseError('unprocessable', {
      detail: `Give this integration the client id and secret of your ${target.provider.name} app first.`,
    });
  }
  return target.client;
}

function failureOf(error: unknown): ConnectFailure {
  if (!(error instanceof ProviderError)) return 'provider_unavailable';
  if (error.kind === 'forbidden' || /client/i.test(error.problem.providerCode ?? '')) return 'wrong_client';
  return error.kind === 'provider_error' || error.kind === 'rate_limited' ? 'provider_unavailable' : 'provider_refused';
}
