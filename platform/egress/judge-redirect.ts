import { EgressError } from './egress-error.ts';

/** What a redirect is judged by, and what the next hop consists of. */
export interface RedirectStep {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** What may go to another origin. A list of what is safe, because a secret may sit in a header of any name. */
const travelling = new Set([
  'accept',
  'accept-language',
  'content-type',
  'user-agent',
  'traceparent',
  'tracestate',
]);

/**
 * Decides the next hop of an answer (RFC 9110, section 15.4), or undefined when it is no redirect.
 * Across origins only the headers above go along, and never a body: either may hold credentials.
 * @throws EgressError EGRESS_REDIRECT when following would give something away.
 */
export function judgeRedirect(
  from: RedirectStep,
  status: number,
  location: string | undefined,
): RedirectStep | undefined {
  if (!redirectStatuses.has(status) || location === undefined) return undefined;
  const url = URL.parse(location, from.url.href);
  if (url === null)
    throw new EgressError('EGRESS_REDIRECT', `${from.url.host} redirects to something that is not a URL.`);
  if (from.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new EgressError('EGRESS_REDIRECT', `${from.url.host} redirects from https to http.`);
  }
  const becomesGet =
    (status === 303 && from.method !== 'HEAD') ||
    ((status === 301 || status === 302) && from.method === 'POST');
  const method = becomesGet ? 'GET' : from.method;
  const body = becomesGet ? undefined : from.body;
  const sameOrigin = url.origin === from.url.origin;
  if (!sameOrigin && body !== undefined) {
    throw new EgressError(
      'EGRESS_REDIRECT',
      `${from.url.host} redirects a request with a body to another site.`,
    );
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(from.headers)) {
    if (becomesGet && name.startsWith('content-')) continue;
    if (sameOrigin || travelling.has(name)) headers[name] = value;
  }
  return { url, method, headers, body };
}
