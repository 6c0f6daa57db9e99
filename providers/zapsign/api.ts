import { classifier, readPath } from '../kit/index.ts';
import type { Api, HttpResponse } from '../kit/index.ts';

const MINUTE_MS = 60_000;

const classify = classifier({
  read: (body, response) => {
    const [field, complaint] = fieldError(body) ?? [];
    const code = readPath(body, 'code') ?? field;
    const message =
      readPath(body, 'detail') ?? readPath(body, 'message') ?? complaint ?? plainText(body, response);
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' && message !== '' ? { message } : {}),
    };
  },
  codes: {
    token_not_valid: 'auth_expired',
    document_already_signed: 'conflict',
    document_already_refused: 'conflict',
    document_not_found: 'not_found',
  },
  // 402: no API plan in production. 403: as a rule a token of the other environment. Neither is mended by a retry.
  statuses: { 402: 'forbidden', 403: 'forbidden' },
  // Windows of a fixed minute; no header tells where in it we are.
  retryAfterMs: (response) => (response.status === 429 ? MINUTE_MS : undefined),
});

/** ZapSign's API: one budget, no rate headers (none are published), errors as JSON or as plain text. */
export const api: Api = {
  // By IP address or by token: several connections behind one address may share it (unconfirmed which it is).
  rateLimits: { default: { requests: 500, perMs: MINUTE_MS } },
  // Some calls are refused without one.
  headers: { 'user-agent': 'Mortise' },
  readRateHeaders: () => undefined,
  classify,
};

/** `{"name": ["…"]}`: what is refused is named by its field, which stands in for a code. */
function fieldError(body: unknown): [string, string] | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  for (const [field, told] of Object.entries(body)) {
    if (Array.isArray(told) && typeof told[0] === 'string') return [field, `${field}: ${told[0]}`];
  }
  return undefined;
}

function plainText(body: unknown, response: HttpResponse): string | undefined {
  const text = body === undefined ? response.text().trim() : '';
  return text.startsWith('<') ? undefined : text.slice(0, 200);
}
