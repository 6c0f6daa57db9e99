import type { WebhookSettings } from '@mortise/contract';
import { EgressError, type Egress } from '@mortise/platform/egress';
import type { Clock } from '../kernel/index.ts';
import type { Target } from './target.ts';

type OAuth = Extract<WebhookSettings['auth'], { kind: 'oauth2' }>;

/** Why there is no token, in words for the tenant: it holds nothing that the token endpoint said but its error code. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

interface Token {
  value: string;
  /** By the clock, in milliseconds. */
  usableUntil: number;
}

export interface OAuthTokens {
  /**
   * A token for a webhook: the one there is, or a new one. All who ask while one is fetched get that one.
   *
   * @param refused a token that the endpoint did not take; it is not given out again
   * @throws TokenError
   */
  get(
    target: Target,
    options: { timeoutMs: number; refused?: string },
  ): Promise<{ value: string; cached: boolean }>;
}

/** Where the endpoint does not say how long a token lasts (RFC 6749, section 5.1, only recommends that it does). */
const unsaidSeconds = 300;
const earlyMs = 60_000;
const mostBytes = 64 * 1024;

/** Fetches and keeps access tokens by client credentials (RFC 6749, section 4.4), as long as the webhook's version. */
export function createOAuthTokens(egress: Egress, clock: Clock): OAuthTokens {
  const tokens = new WeakMap<Target, Token>();
  const fetching = new WeakMap<Target, Promise<Token>>();

  return {
    async get(target, { timeoutMs, refused }) {
      const known = tokens.get(target);
      if (known !== undefined && known.value !== refused && known.usableUntil > clock.now().getTime())
        return { value: known.value, cached: true };
      let fetched = fetching.get(target);
      if (fetched === undefined) {
        fetched = fetchToken(egress, clock, target, timeoutMs).finally(() => fetching.delete(target));
        fetching.set(target, fetched);
      }
      const token = await fetched;
      tokens.set(target, token);
      return { value: token.value, cached: false };
    },
  };
}

async function fetchToken(egress: Egress, clock: Clock, target: Target, timeoutMs: number): Promise<Token> {
  const auth = target.settings.auth as OAuth;
  const { host } = new URL(auth.tokenUrl);
  const asked = clock.now().getTime();
  let answer;
  try {
    answer = await egress.request({
      method: 'POST',
      url: auth.tokenUrl,
      timeoutMs,
      maxResponseBytes: mostBytes,
      ...formOf(auth, target.authSecret ?? ''),
    });
  } catch (error) {
    const why = error instanceof EgressError ? error.message : 'The request could not be made.';
    throw new TokenError(`No access token: ${why}`);
  }
  let said: Record<string, unknown> = {};
  try {
    const parsed: unknown = answer.json();
    if (typeof parsed === 'object' && parsed !== null) said = parsed as Record<string, unknown>;
  } catch {
    // What is not JSON says nothing; the status does.
  }
  const { access_token: value, token_type: type, expires_in: expiresIn, error } = said;
  if (answer.status !== 200) {
    const code = typeof error === 'string' && /^[a-z_]{1,50}$/.test(error) ? `, ${error}` : '';
    throw new TokenError(`No access token: ${host} answered ${answer.status}${code}.`);
  }
  if (typeof value !== 'string' || !/^[\u0021-\u007e]{1,16384}$/.test(value))
    throw new TokenError(`No access token: there is none in the answer of ${host}.`);
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer')
    throw new TokenError(`No access token: ${host} gave one that is not a bearer token.`);
  const seconds = Number(expiresIn ?? unsaidSeconds);
  const lastsMs = (Number.isFinite(seconds) && seconds > 0 ? seconds : unsaidSeconds) * 1000;
  return { value, usableUntil: asked + lastsMs - Math.min(earlyMs, lastsMs / 2) };
}

/** The request of RFC 6749, section 4.4.2; the client says who it is by section 2.3.1. */
function formOf(auth: OAuth, secret: string): { headers: Record<string, string>; body: string } {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (auth.scope !== undefined) form.set('scope', auth.scope);
  if (auth.audience !== undefined) form.set('audience', auth.audience);
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (auth.clientAuth === 'basic') {
    const encoded = `${formEncode(auth.clientId)}:${formEncode(secret)}`;
    headers['authorization'] = `Basic ${Buffer.from(encoded).toString('base64')}`;
  } else {
    form.set('client_id', auth.clientId);
    form.set('client_secret', secret);
  }
  return { headers, body: form.toString() };
}

/** As a value in a form is encoded. */
const formEncode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
