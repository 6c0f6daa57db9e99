import type { WebhookSettings } from '@mortise/contract';

/**
 * The headers of an attempt but for its auth, names in lower case. A webhook's own may replace the user agent; what says
 * what the request is, and the signature, are ours.
 */
export function requestHeaders(
  settings: Pick<WebhookSettings, 'headers'>,
  given: { userAgent: string; traceparent: string; signed: Record<string, string> },
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': given.userAgent,
    ...given.signed,
    traceparent: given.traceparent,
  };
  for (const name in settings.headers) headers[name.toLowerCase()] = settings.headers[name] ?? '';
  return headers;
}
