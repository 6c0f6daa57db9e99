import type { Egress } from '@mortise/platform/egress';
import { EgressError } from '@mortise/platform/egress';
import { formatTraceparent } from '@mortise/platform/telemetry';
import type { Clock } from '../kernel/index.ts';
import type { Exchange, Outgoing } from './outgoing.ts';
import { signedHeaders } from './sign.ts';

/** How much of an answer is kept. */
const keptBytes = 4096;
const hidden = new Set(['set-cookie', 'authorization', 'proxy-authorization', 'www-authenticate']);

/**
 * Makes one attempt: signs, posts, and keeps what a person needs to see what happened. A redirect is an answer like
 * any other. The signature stands in the log, since it opens nothing; what could, the answer's cookies, does not.
 *
 * @returns what came of it; it never throws for what the network or the endpoint did
 */
export async function sendOnce(
  egress: Egress,
  item: Outgoing,
  options: { clock: Clock; timeoutMs: number; userAgent: string },
): Promise<Exchange> {
  const startedAt = options.clock.now();
  const began = performance.now();
  const requestHeaders: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': options.userAgent,
    ...signedHeaders({ id: item.messageId, body: item.body }, item.target.keys, startedAt),
    traceparent: formatTraceparent({ traceId: item.traceId, spanId: spanIdOf(item), sampled: true }),
  };
  try {
    const answer = await egress.request({
      method: 'POST',
      url: item.target.url,
      headers: requestHeaders,
      body: item.body,
      timeoutMs: options.timeoutMs,
      maxResponseBytes: keptBytes,
      whenTooLarge: 'truncate',
    });
    return {
      statusCode: answer.status,
      error: answer.status >= 200 && answer.status < 300 ? null : describeStatus(answer.status),
      retryAfter: answer.headers['retry-after'],
      requestHeaders,
      responseHeaders: showHeaders(answer.headers),
      responseBody: showText(answer.text()),
      durationMs: performance.now() - began,
      startedAt,
    };
  } catch (error) {
    return {
      statusCode: null,
      error: error instanceof EgressError ? error.message : 'The request could not be made.',
      retryAfter: undefined,
      requestHeaders,
      responseHeaders: null,
      responseBody: null,
      durationMs: performance.now() - began,
      startedAt,
    };
  }
}

/** The random end of the delivery's id and the attempt's number: unique, and no drawing of random bytes a send. */
function spanIdOf(item: Outgoing): string {
  return item.deliveryId.slice(-12) + (item.number & 0xffff).toString(16).padStart(4, '0');
}

function describeStatus(status: number): string {
  if (status >= 300 && status < 400)
    return `The endpoint answered ${status}, a redirect; deliveries do not follow those.`;
  return `The endpoint answered ${status}.`;
}

function showHeaders(headers: Record<string, string>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name in headers) shown[name] = hidden.has(name) ? '[hidden]' : showText(headers[name] ?? '');
  return shown;
}

/** PostgreSQL's text holds every character but this one. */
function showText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u{FFFD}') : text;
}
