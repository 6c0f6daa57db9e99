import { bearerOf } from './answers.ts';
import type { EmulatedAccount, EmulatorRequest, EmulatorResponse, Handler, World } from './types.ts';

export interface GateOptions {
  /** What a caller shows: a token that was issued here, or what a person typed in, and where it stands. */
  credential: 'oauth2' | 'bearer' | 'basic' | { header: string; prefix?: string } | { query: string };
  /** At most `requests` in any window of `perMs`, by account (and OAuth client). */
  limit: { requests: number; perMs: number };
  unauthorized(): EmulatorResponse;
  /** @param retryAfter whole seconds, as the header has them */
  limited(retryAfter: string): EmulatorResponse;
}

/** Puts handlers behind a gate: a good credential, and the limit of requests. */
export function gate(
  world: World,
  options: GateOptions,
): (handler: (request: EmulatorRequest, account: EmulatedAccount) => EmulatorResponse) => Handler {
  return (handler) => (request) => {
    const caller = callerOf(world, options.credential, request);
    if (caller === undefined) return options.unauthorized();
    const { requests, perMs } = options.limit;
    const taken = world.limits.take(caller.payer, requests, perMs);
    if (!taken.ok) return options.limited(String(Math.ceil(taken.retryAfterMs / 1000)));
    return handler(request, caller.account);
  };
}

/** The decoded pair of HTTP Basic (RFC 7617), `name:password`. */
export function basicOf(request: EmulatorRequest): string | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

function callerOf(
  world: World,
  credential: GateOptions['credential'],
  request: EmulatorRequest,
): { account: EmulatedAccount; payer: string } | undefined {
  const { accounts } = world.definition;
  if (credential === 'oauth2') {
    const grant = world.tokens.find(bearerOf(request) ?? '', 'access')?.grant;
    const account = accounts.find((one) => one.id === grant?.accountId);
    return grant && account && { account, payer: `${grant.clientId}/${account.id}` };
  }
  const shown = shownIn(request, credential);
  const account = accounts.find((one) => shown !== undefined && shown === typedIn(one, credential));
  return account && { account, payer: account.id };
}

function shownIn(
  request: EmulatorRequest,
  credential: Exclude<GateOptions['credential'], 'oauth2'>,
): string | undefined {
  if (credential === 'bearer') return bearerOf(request);
  if (credential === 'basic') return basicOf(request);
  if ('query' in credential) return request.query.get(credential.query) ?? undefined;
  const value = request.headers[credential.header.toLowerCase()];
  const { prefix = '' } = credential;
  return value?.startsWith(prefix) === true ? value.slice(prefix.length) : undefined;
}

/** What the account's person types in, as a request shows it. A key alone is Basic's name, without a password. */
function typedIn(account: EmulatedAccount, credential: GateOptions['credential']): string | undefined {
  const { apiKey, fields } = account;
  if (credential !== 'basic') return apiKey ?? Object.values(fields ?? {})[0];
  if (fields !== undefined) return Object.values(fields).join(':');
  return apiKey === undefined ? undefined : `${apiKey}:`;
}
