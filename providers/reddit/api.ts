import { classifier, readPath } from '../kit/index.ts';
import type { Api, HttpRequestSpec, HttpResponse } from '../kit/index.ts';

const WINDOW_MS = 600_000;

/** Who the token is: the cheapest call. */
export const meSpec: HttpRequestSpec = { method: 'GET', url: 'oauth:/api/v1/me', query: { raw_json: 1 } };

interface Told {
  code?: string;
  message?: string;
}

/** A refusal's code and words: in a form's `errors`, in a validation's fields, or as a status said again. */
function read(body: unknown, response: HttpResponse): Told {
  const [first] = list(readPath(body, 'json.errors'));
  if (first !== undefined) {
    const [code, message] = list(first).map((part) => (typeof part === 'string' ? part : ''));
    return { ...(code ? { code } : {}), ...(message ? { message } : {}) };
  }
  const challenge = /error="([^"]+)"/.exec(response.headers['www-authenticate'] ?? '')?.[1];
  const error = readPath(body, 'error');
  const known = readPath(body, 'reason') ?? challenge ?? readPath(body, 'error_type') ?? error;
  const message = readPath(body, 'explanation') ?? readPath(body, 'message');
  return {
    ...(typeof known === 'string' || typeof known === 'number' ? { code: String(known) } : {}),
    ...(typeof message === 'string' && message !== '' ? { message } : {}),
  };
}

/** Reddit's API: a budget of the whole OAuth client, told by header; refusals also inside 200s. */
export const api: Api = {
  rateLimits: {
    // Sixty a minute over ten minutes, as recorded; a hundred today (unconfirmed). The headers say how it stands.
    default: { requests: 600, perMs: WINDOW_MS, scope: 'client' },
  },
  readRateHeaders: (headers, now) => {
    const [used, remaining, reset] = ['used', 'remaining', 'reset'].map((name) =>
      decimal(headers[`x-ratelimit-${name}`]),
    );
    if (remaining === undefined) return undefined;
    return {
      remaining: Math.floor(remaining),
      windowMs: WINDOW_MS,
      ...(used === undefined ? {} : { limit: Math.floor(used + remaining) }),
      ...(reset === undefined ? {} : { resetAt: new Date(now.getTime() + reset * 1000) }),
    };
  },
  classify: classifier({
    read,
    // Names of a form's errors are unconfirmed, apart from their place.
    codes: {
      RATELIMIT: 'rate_limited',
      SUBREDDIT_NOTALLOWED: 'forbidden',
      NOT_AUTHOR: 'forbidden',
      USER_REQUIRED: 'auth_expired',
      DELETED_LINK: 'not_found',
      DELETED_COMMENT: 'not_found',
      ALREADY_SUB: 'conflict',
      insufficient_scope: 'forbidden',
      invalid_token: 'auth_expired',
    },
    statuses: { 200: 'invalid' },
    isErrorIn200: (body) =>
      list(readPath(body, 'json.errors')).length > 0 || readPath(body, 'error') !== undefined,
    retryAfterMs: (response) => {
      const reset = decimal(response.headers['x-ratelimit-reset']);
      if (response.status === 429) return reset === undefined ? undefined : reset * 1000;
      return response.status === 200 ? waitOf(response.text()) : undefined;
    },
  }),
};

/** Of "try again in 9 minutes": how long one who posts too often is to wait (the words are unconfirmed). */
function waitOf(text: string): number | undefined {
  const [, count, unit] = /try again in (\d+) (second|minute)/i.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 'second' ? 1000 : 60_000);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
