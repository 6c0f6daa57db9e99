import { Readable } from 'node:stream';
import type { Egress } from '@mortise/platform/egress';
import { fullUrl, httpResponse, type HttpRequest, type Provider, type Verdict } from '@mortise/providers/kit';
import type { ProviderAnswer } from './caller.ts';

/** As much of an answer as is read to judge it. What a provider says of an error fits. */
const judgedBytes = 64 * 1024;
const headersTimeoutMs = 30_000;
const idleTimeoutMs = 60_000;
const lifetimeMs = 10 * 60_000;
const mostBytes = 1024 * 1024 * 1024;

/**
 * Sends a request through the egress guard and judges the answer without gathering it: by its status, and by its first
 * bytes where they may tell of an error (a refusal, or JSON of any status, since some providers put errors into a 200).
 *
 * @throws EgressError
 */
export async function streamThrough(
  egress: Egress,
  provider: Provider,
  request: HttpRequest,
  signal: AbortSignal | undefined,
  now: () => Date,
): Promise<{ answer: ProviderAnswer; verdict: Verdict }> {
  const { status, headers, body } = await egress.stream({
    method: request.method,
    url: fullUrl(request),
    headers: request.headers,
    timeoutMs: request.timeoutMs ?? headersTimeoutMs,
    idleTimeoutMs,
    lifetimeMs,
    maxResponseBytes: mostBytes,
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(signal === undefined ? {} : { signal }),
  });
  const succeeded = status >= 200 && status < 300;
  const fine: Verdict = { kind: 'ok', message: '' };
  // A redirect, or "not modified", is an answer like another; whoever asked follows it or does not.
  if (status >= 300 && status < 400) return { answer: { status, headers, body }, verdict: fine };
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '');
  if (succeeded && !isJson) return { answer: { status, headers, body }, verdict: fine };
  const { head, whole, rest } = await peek(body);
  // Half a JSON text tells nothing: a long success is one, and a long refusal is judged by its status.
  const verdict =
    whole || !succeeded
      ? provider.api.classify(httpResponse(status, headers, whole ? head : ''), now())
      : fine;
  return { answer: { status, headers, body: rest }, verdict };
}

/** Reads the beginning of a body and gives it back with what follows. */
async function peek(body: Readable): Promise<{ head: Buffer; whole: boolean; rest: Readable }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > judgedBytes) break;
  }
  const head = Buffer.concat(chunks);
  if (size <= judgedBytes) return { head, whole: true, rest: Readable.from([head], { objectMode: false }) };
  body.unshift(head);
  return { head, whole: false, rest: body };
}
