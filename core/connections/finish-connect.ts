import type { finishConnect } from '@mortise/contract';
import type { Account, OAuth2Auth, TokenSet } from '@mortise/providers/kit';
import { MortiseError, publicId, Reply, traceIdOf, type Handler } from '../kernel/index.ts';
import { failedTo, redirectUriOf, type ConnectDeps, type ConnectFailure } from './connect-deps.ts';
import { faultOf } from './fault.ts';
import { httpThrough } from './fetch-through.ts';
import { keepConnection } from './keep-connection.ts';
import { targetOf, type ProviderTarget } from './oauth-client.ts';
import { belongsTo, browserOf, consumeState, openSecrets, type StateRow } from './oauth-state.ts';
import { withAnswer } from './return-path.ts';
import { revokeTokens } from './revoke-tokens.ts';
import { findConnectionRows, readIntegrationRow } from './store.ts';

/** The person waits: what has not been answered by then counts as away. */
const patienceMs = 25_000;

/** Why there are no tokens, or nobody knows whose. */
interface Failed {
  code: ConnectFailure;
  retryAfterSeconds?: number | null;
}

interface Ready {
  target: ProviderTarget;
  auth: OAuth2Auth;
  verifier: string;
  inputs: Readonly<Record<string, string>>;
  /** What was asked for: a token reply that names no scopes means these (RFC 6749 5.1). */
  scopes: readonly string[];
}

/** Where the provider sends the browser back to: it ends in the dashboard, connected or told why not. */
export function finishConnectHandler(deps: ConnectDeps): Handler<typeof finishConnect> {
  const { db, clock } = deps;
  return async (context, { params, query }) => {
    const fail = (path: string, failure: ConnectFailure | Failed) => {
      const { code, ...more } = typeof failure === 'string' ? { code: failure } : failure;
      return failedTo(path, code, { provider: params.provider, ...more });
    };
    // It is used up even if what follows fails.
    const state = await consumeState(db, query.state ?? '');
    if (state === undefined || state.expires_at < clock.now()) return fail('/integrations', 'state_invalid');
    const returnTo = state.return_to ?? `/integrations/${publicId('integration', state.integration_id)}`;
    if (!belongsTo(state, browserOf(context))) return fail(returnTo, 'other_browser');

    const ready = await prepare(deps, state, params.provider);
    if (typeof ready === 'string') return fail(returnTo, ready);
    if (query.error !== undefined) return fail(returnTo, meaningOf(query.error));
    if (query.code === undefined) return fail(returnTo, 'provider_refused');
    const given = await redeem(deps, ready, query.code, query);
    if ('code' in given) return fail(returnTo, given);
    const kept = await keep(deps, state, ready, given);
    if (kept === 'state_invalid' || kept === 'wrong_account') {
      await discard(deps, state.tenant_id, ready.target, given);
      return fail(returnTo, kept);
    }
    return new Reply(undefined, {
      location: withAnswer(state.return_to ?? `/connections/${kept}`, { connected: kept }),
    });
  };
}

/** What is needed to talk to the provider, or why it cannot be done any more: settings may have changed meanwhile. */
async function prepare(
  deps: ConnectDeps,
  state: StateRow,
  provider: string,
): Promise<Ready | ConnectFailure> {
  try {
    return await deps.db.tenant(state.tenant_id, async (tx): Promise<Ready | ConnectFailure> => {
      const integration = await readIntegrationRow(tx, state.tenant_id, state.integration_id);
      if (integration === undefined || integration.provider !== provider) return 'state_invalid';
      const { verifier, inputs } = await openSecrets(tx, deps.vault, state);
      const target = await targetOf(tx, deps, state.tenant_id, integration, inputs);
      const { auth } = target.provider;
      if (auth.kind !== 'oauth2') return 'provider_refused';
      if (target.client === undefined) return 'wrong_client';
      return { target, auth, verifier, inputs, scopes: integration.scopes ?? auth.scopes };
    });
  } catch (error) {
    if (error instanceof MortiseError) return 'provider_unavailable';
    throw error;
  }
}

/** The code for tokens, and whose they are. */
async function redeem(
  deps: ConnectDeps,
  { target, auth, verifier }: Ready,
  code: string,
  callback: Readonly<Record<string, string>>,
): Promise<{ tokens: TokenSet; account: Account } | Failed> {
  const { provider, hosts, client } = target;
  if (client === undefined) return { code: 'wrong_client' };
  const http = httpThrough(deps.egress, AbortSignal.timeout(patienceMs));
  const oauth = { hosts, http, now: () => deps.clock.now(), client };
  let tokens: TokenSet;
  try {
    const redirectUri = redirectUriOf(deps, provider.id);
    const pkce = auth.pkce ? { codeVerifier: verifier } : {};
    tokens = await auth.exchangeCode({ ...oauth, code, redirectUri, callback, ...pkce });
  } catch (error) {
    return failureOf(error, 'token');
  }
  try {
    return { tokens, account: await provider.account({ ...oauth, credential: { kind: 'oauth2', tokens } }) };
  } catch (error) {
    // The tokens are left to lapse: nobody knows whose they are, and ending them could end those of a connection.
    return failureOf(error, 'call');
  }
}

/** @returns the connection's public id */
async function keep(
  deps: ConnectDeps,
  state: StateRow,
  { target, scopes, inputs }: Ready,
  { tokens, account }: { tokens: TokenSet; account: Account },
): Promise<string> {
  const { tenant_id: tenantId, integration_id: integrationId, actor, reconnect_id: reconnectId } = state;
  const context = { tenantId, actor, traceId: traceIdOf(state.trace_id) };
  return keepConnection(deps, context, {
    integrationId,
    reconnectId,
    provider: target.provider.id,
    account,
    scopes: [...(tokens.scopes ?? scopes)],
    credential: { kind: 'oauth2', tokens },
    inputs,
  }).then((kept) => (kept === 'integration_gone' ? 'state_invalid' : kept));
}

/** The error of a callback (RFC 6749 4.1.2.1) in our words. */
function meaningOf(error: string): ConnectFailure {
  switch (error) {
    case 'access_denied':
      return 'cancelled';
    case 'unauthorized_client':
    case 'invalid_client':
      return 'wrong_client';
    case 'server_error':
    case 'temporarily_unavailable':
      return 'provider_unavailable';
    default:
      return 'provider_refused';
  }
}

function failureOf(error: unknown, step: 'token' | 'call'): Failed {
  const { fault, retryAfterSeconds } = faultOf(error, step);
  const code = fault === 'client_missing' || fault === 'wrong_key' ? 'provider_refused' : fault;
  return { code, retryAfterSeconds };
}

/**
 * Ends tokens that are not kept. Not where the account is connected by another connection: some providers end all that
 * an account has given this client with any one token (RFC 7009, section 2.1).
 */
async function discard(
  deps: ConnectDeps,
  tenantId: string,
  target: ProviderTarget,
  { tokens, account }: { tokens: TokenSet; account: Account },
): Promise<void> {
  const known = await deps.db.tenant(tenantId, (tx) =>
    findConnectionRows(tx, tenantId, { provider: target.provider.id, accountId: account.id }),
  );
  if (known.some(({ status }) => status === 'connected')) return;
  await revokeTokens(deps, target, tokens);
}
