import { classifier } from '../classifier.ts';
import { readPath } from '../pagination.ts';
import type { HttpResponse, Problem, TokenSet } from '../types.ts';

const STANDARD = new Set([
  'access_token',
  'refresh_token',
  'expires_in',
  'refresh_expires_in',
  'refresh_token_expires_in',
  'scope',
  'scopes',
  'token_type',
  'id_token',
]);

/**
 * A token reply (RFC 6749 5.1) as a token set. Lifetimes count from `now`; what the reply omits keeps its previous
 * value, except the expiry, which belongs to the token it came with. A token type is `Bearer` when it is not told.
 * Throws SyntaxError when there is no access token: an answer we cannot use must not replace tokens we can.
 */
export function readTokens(body: unknown, now: Date, scopeSeparator = ' ', previous?: TokenSet): TokenSet {
  const at = (name: string): unknown => readPath(body, name);
  const accessToken = at('access_token');
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new SyntaxError("the provider's token reply holds no access_token");
  }
  const refreshToken = text(at('refresh_token')) ?? previous?.refreshToken;
  const expiresAt = after(now, at('expires_in'));
  const refreshExpiresAt =
    after(now, at('refresh_expires_in') ?? at('refresh_token_expires_in')) ?? previous?.refreshExpiresAt;
  const scopes = readScopes(at('scopes') ?? at('scope'), scopeSeparator) ?? previous?.scopes;
  const rest = Object.entries(body as Record<string, unknown>).filter(([name]) => !STANDARD.has(name));
  const extra = { ...previous?.extra, ...Object.fromEntries(rest) };
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(refreshExpiresAt === undefined ? {} : { refreshExpiresAt }),
    ...(scopes === undefined ? {} : { scopes }),
    tokenType: text(at('token_type')) ?? previous?.tokenType ?? 'Bearer',
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

/**
 * The problem in a token endpoint's answer (RFC 6749 5.2), also when it wears a 200. `invalid_grant` is `revoked`:
 * no retry helps, a person must connect again; a wrong client is `forbidden`: an operator must mend the settings.
 */
export function readTokenProblem(response: HttpResponse, now: Date): Problem | undefined {
  const verdict = classify(response, now);
  return verdict.kind === 'ok' ? undefined : verdict;
}

const classify = classifier({
  read: (body) => {
    const error = readPath(body, 'error');
    const message =
      text(readPath(body, 'error_description')) ?? text(readPath(body, 'message')) ?? text(error);
    return {
      ...(typeof error === 'string' || typeof error === 'number' ? { code: String(error) } : {}),
      ...(message === undefined ? {} : { message }),
    };
  },
  codes: { invalid_grant: 'revoked', invalid_client: 'forbidden', unauthorized_client: 'forbidden' },
  statuses: { 401: 'forbidden' },
  isErrorIn200: (body) => readPath(body, 'error') !== undefined,
});

function after(now: Date, seconds: unknown): Date | undefined {
  const life = typeof seconds === 'string' ? Number(seconds) : seconds;
  return typeof life === 'number' && Number.isFinite(life)
    ? new Date(now.getTime() + life * 1000)
    : undefined;
}

function readScopes(value: unknown, separator: string): string[] | undefined {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string');
  return typeof value === 'string'
    ? value
        .split(separator)
        .map((one) => one.trim())
        .filter(Boolean)
    : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
