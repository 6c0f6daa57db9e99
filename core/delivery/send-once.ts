import type { Egress, EgressResponse } from '@mortise/platform/egress';
import { EgressError } from '@mortise/platform/egress';
import { formatTraceparent } from '@mortise/platform/telemetry';
import { storableText, type Clock } from '../kernel/index.ts';
import { authHeaders, hidden, isSecretHeader } from './auth-headers.ts';
import { TokenError, type OAuthTokens } from './oauth-tokens.ts';
import type { Exchange, Outgoing } from './outgoing.ts';
import { ConsentUnknown } from './outgoing-consent.ts';
import { requestHeaders } from './request-headers.ts';
import { signedHeaders } from './sign.ts';
import type { Transformer } from './transformer.ts';

/** How much of an answer is kept. */
const keptBytes = 4096;
const hiddenHeaders = new Set(['set-cookie', 'authorization', 'proxy-authorization', 'www-authenticate']);

export interface SendDeps {
  egress: Egress;
  clock: Clock;
  tokens: OAuthTokens;
  transformer: Transformer;
  /** The most that a webhook's own limit can be. */
  timeoutMs: number;
  userAgent: string;
  /**
   * Asked right before each request of a webhook that asks for consent, with all else ready.
   *
   * @returns why nothing may be sent; undefined when it may
   * @throws ConsentUnknown
   */
  refusal: (item: Outgoing) => Promise<string | undefined>;
}

/** Ends an attempt before its request. */
class NotSent extends Error {}

/**
 * Makes one attempt: transforms, signs, authenticates, posts, and keeps what a person needs to see what happened. A
 * redirect is an answer like any other. The signature stands in the log, since it opens nothing; what could, the
 * answer's cookies and whatever the webhook authenticates by, does not, not even where the endpoint gives it back.
 *
 * @returns what came of it, and whose fault it is that nothing was sent; it never throws for what the network, the
 *   endpoint or the tenant's settings did, and nothing was sent where `refusal` threw
 */
export async function sendOnce(deps: SendDeps, item: Outgoing): Promise<Exchange> {
  const { settings } = item.target;
  const startedAt = deps.clock.now();
  const began = performance.now();
  /** What of the request was sent: nothing, until it is. */
  const sent: Pick<Exchange, 'requestHeaders' | 'requestBody'> = { requestHeaders: {}, requestBody: null };
  const ended = (more: Partial<Exchange>): Exchange => ({
    statusCode: null,
    error: null,
    retryAfter: undefined,
    ...sent,
    responseHeaders: null,
    responseBody: null,
    durationMs: performance.now() - began,
    startedAt,
    ...more,
  });

  let { body } = item;
  let transformed: string | null = null;
  if (settings.transform !== null) {
    const text = Buffer.from(item.body).toString();
    const asked = { tenantId: item.tenantId, expression: settings.transform, body: text };
    const made = await deps.transformer.run(asked);
    if (made.kind === 'nothing')
      return ended({ skipped: 'The transform gives nothing for this event, so nothing is sent.' });
    if (made.kind === 'failed') return ended({ error: describeTransform(made), fault: 'settings' });
    if (made.kind === 'unavailable') return ended({ error: made.message, fault: 'ours' });
    transformed = made.body;
    body = Buffer.from(made.body);
  }

  const headers = requestHeaders(settings, {
    userAgent: deps.userAgent,
    traceparent: formatTraceparent({ traceId: item.traceId, spanId: spanIdOf(item), sampled: true }),
    signed: signedHeaders({ id: item.messageId, body }, item.target.keys, startedAt),
  });
  const endsAt = performance.now() + Math.min(settings.timeoutMs, deps.timeoutMs);
  const leftMs = () => Math.max(1, endsAt - performance.now());
  /** What must not be shown of what the endpoint gives back. */
  const secrets: string[] = [];

  const post = async (secret: string): Promise<EgressResponse> => {
    let [whole, shown] = [headers, headers];
    if (settings.auth.kind !== 'none') {
      const auth = authHeaders(settings.auth, secret, body);
      const secretly = isSecretHeader(settings.auth);
      [whole, shown] = [
        { ...headers, ...auth },
        { ...headers, ...auth },
      ];
      if (secretly) for (const name in auth) shown[name] = hidden;
      secrets.push(secret, ...(secretly ? Object.values(auth) : []));
    }
    if (settings.consent !== null) {
      const refusal = await deps.refusal(item);
      if (refusal !== undefined) throw new NotSent(refusal);
    }
    [sent.requestHeaders, sent.requestBody] = [shown, transformed];
    return deps.egress.request({
      method: settings.method,
      url: item.target.url,
      headers: whole,
      body,
      timeoutMs: leftMs(),
      maxResponseBytes: keptBytes,
      whenTooLarge: 'truncate',
      ...(item.target.tls === undefined ? {} : { tls: item.target.tls }),
    });
  };

  try {
    const answer =
      settings.auth.kind === 'oauth2'
        ? await withToken(deps.tokens, item, leftMs, post)
        : await post(item.target.authSecret ?? '');
    const show = showing(secrets);
    return ended({
      statusCode: answer.status,
      error: answer.status >= 200 && answer.status < 300 ? null : describeStatus(answer.status),
      retryAfter: answer.headers['retry-after'],
      responseHeaders: showHeaders(answer.headers, show),
      responseBody: show(answer.truncated ? withoutCutSecret(answer.text(), secrets) : answer.text()),
    });
  } catch (error) {
    if (error instanceof NotSent) return ended({ skipped: error.message });
    if (error instanceof ConsentUnknown) return ended({ error: error.message, fault: 'ours' });
    const told = error instanceof EgressError || error instanceof TokenError;
    return ended({ error: told ? error.message : 'The request could not be made.' });
  }
}

/** Posts with a token; once more with a new one where the endpoint refuses one that was kept. */
async function withToken(
  tokens: OAuthTokens,
  item: Outgoing,
  leftMs: () => number,
  post: (token: string) => Promise<EgressResponse>,
): Promise<EgressResponse> {
  const token = await tokens.get(item.target, { timeoutMs: leftMs() });
  const answer = await post(token.value);
  if (!token.cached || (answer.status !== 401 && answer.status !== 403)) return answer;
  const fresh = await tokens.get(item.target, { timeoutMs: leftMs(), refused: token.value });
  return post(fresh.value);
}

/** The random end of the delivery's id and the attempt's number: unique, and no drawing of random bytes a send. */
function spanIdOf(item: Outgoing): string {
  return item.deliveryId.slice(-12) + (item.number & 0xffff).toString(16).padStart(4, '0');
}

/** Why a transform failed, for the tenant. */
export function describeTransform(failed: { message: string; position: number | null }): string {
  const place = failed.position === null ? '' : `, at character ${failed.position}`;
  return storableText(`The transform failed: ${failed.message}${place}.`);
}

function describeStatus(status: number): string {
  if (status >= 300 && status < 400)
    return `The endpoint answered ${status}, a redirect; deliveries do not follow those.`;
  return `The endpoint answered ${status}.`;
}

function showHeaders(
  headers: Record<string, string>,
  show: (text: string) => string,
): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name in headers) shown[name] = hiddenHeaders.has(name) ? hidden : show(headers[name] ?? '');
  return shown;
}

/** How to show what the endpoint said: without what only it and we may know. */
function showing(secrets: readonly string[]): (text: string) => string {
  const told = secrets.filter((secret) => secret !== '');
  if (told.length === 0) return storableText;
  return (text) => told.reduce((shown, secret) => shown.replaceAll(secret, hidden), storableText(text));
}

/** Where the end of a text is cut off, what remains of a secret there goes too. */
function withoutCutSecret(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, text.length); length > 3; length--)
      if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length);
  }
  return text;
}
