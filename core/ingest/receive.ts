import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderEvent, Withdrawal } from '@mortise/providers/kit';
import { MortiseError, newId, notFound, publicId, type Clock } from '../kernel/index.ts';
import { blotted } from './blot.ts';
import type { Committer } from './committer.ts';
import { dedupeKey, keyDigest } from './dedupe-key.ts';
import { Limiter } from './limiter.ts';
import type { Door, OpenSource, OpenSources } from './open-sources.ts';
import { Reading } from './reading.ts';
import type { NewReceipt } from './receipt-store.ts';
import { refusedReceipt, type RefusalBudget } from './refusal-budget.ts';
import type { Incoming, Refusal } from './verdict.ts';
import { refusalWords, verify } from './verify.ts';

/** A request whose body has not been read. */
export interface Arriving {
  method: string;
  /** Path and query as they came. */
  path: string;
  headers: IncomingHttpHeaders;
  /** The client's, by what the operator believes of proxies. */
  address: string;
  /** 32 hex digits. */
  traceId: string;
  /** Reads the body whole. @returns undefined when it is larger, of which no more is read */
  read(mostBytes: number): Promise<Uint8Array | undefined>;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Header names are in lower case already; of one that came twice the values are joined. */
function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}

/**
 * Makes what takes requests in. In this order: is there such a source, may the address post, is it too often, is it
 * too large, is it a handshake, is it genuine, was it here before. What is genuine is committed before it is answered;
 * what is refused is kept in part, so that the tenant sees why.
 */
export function createReceiver(deps: {
  sources: OpenSources;
  committer: Committer;
  refusals: RefusalBudget;
  clock: Clock;
  publicUrl: string;
}) {
  const { sources, committer, refusals, clock } = deps;
  const [requests, reading] = [new Limiter(), new Reading()];

  function receiptOf(source: OpenSource, request: Arriving, incoming: Omit<Incoming, 'body'>): NewReceipt {
    const kept = blotted(incoming.headers, request.path, source.secretTexts, {
      ...(source.scheme.type === 'bearer' ? { header: source.scheme.header } : {}),
      secretParam: source.webhooks?.secretParam,
    });
    return {
      tenantId: source.tenantId,
      id: newId(),
      sourceId: source.id,
      verdict: 'accepted',
      reason: null,
      method: request.method,
      path: kept.path,
      headers: kept.headers,
      body: null,
      bodyBytes: 0,
      address: request.address,
      secretId: null,
      dedupeKey: null,
      traceId: request.traceId,
      receivedAt: clock.now(),
    };
  }

  async function refuse(
    source: OpenSource,
    receipt: () => NewReceipt,
    why: Refusal,
    body?: Uint8Array,
  ): Promise<void> {
    if (committer.isFull || !(await refusals.spend(source.tenantId, source.id))) return countOnly(source);
    await committer.add({ receipt: refusedReceipt(receipt(), refusalWords[why], body), key: undefined });
  }

  function countOnly(source: OpenSource): void {
    committer.tally(source.tenantId, source.id, 'refused');
    committer.tally(source.tenantId, source.id, 'unkept');
  }

  /**
   * @throws MortiseError not_found for what is not there or not for this address, unauthenticated, rate_limited,
   *   overloaded, payload_too_large, method_not_allowed
   */
  return async function receive(door: Door, request: Arriving): Promise<Answer> {
    const source = await sources.find(door);
    if (source === undefined) throw notFound();
    const now = clock.now();
    const head = {
      method: request.method,
      url: deps.publicUrl + request.path,
      headers: plain(request.headers),
    };
    const receipt = () => receiptOf(source, request, head);
    const allowed = !source.networks.isEmpty && source.networks.has(request.address);
    if (!source.networks.isEmpty && !allowed) {
      await refuse(source, receipt, 'ip_not_allowed');
      throw notFound();
    }
    const waitMs = requests.spend(source.id, source.perMinute, performance.now());
    if (waitMs > 0) {
      countOnly(source);
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new MortiseError('rate_limited', {
        detail: `Try again in ${retryAfterSeconds} s.`,
        retryAfterSeconds,
      });
    }
    const done = committer.isFull ? undefined : reading.begin(source.id, expectedBytes(request, source));
    if (done === undefined) throw new MortiseError('overloaded', { retryAfterSeconds: 1 });
    const body = await request.read(source.maxBytes).finally(done);
    if (body === undefined) {
      await refuse(source, receipt, 'too_large');
      throw new MortiseError('payload_too_large', { detail: `This source takes ${source.maxBytes} bytes.` });
    }
    const incoming: Incoming = { ...head, body };
    const answer = source.webhooks?.challenge?.({
      ...head,
      rawBody: body,
      secret: source.secrets[0]?.text ?? '',
      verifyToken: source.verifyToken,
      now,
    });
    if (answer !== undefined) return answer;
    // Nothing but a handshake is asked for with GET.
    if (request.method === 'GET') throw new MortiseError('method_not_allowed');

    const verdict = verify({ ...source, allowed }, incoming, now);
    if (!verdict.ok) {
      await refuse(source, receipt, verdict.reason, body);
      throw new MortiseError('unauthenticated', {
        detail: 'The request could not be verified. Its receipt says why.',
      });
    }
    const key = dedupeKey(source.dedupe, incoming, toldKeys(source, incoming));
    const kept = receipt();
    kept.body = body;
    kept.bodyBytes = body.byteLength;
    kept.secretId = verdict.secret?.id ?? null;
    kept.dedupeKey = key ?? null;
    const expiresAt = new Date(now.getTime() + source.dedupeMs);
    await committer.add({
      receipt: kept,
      key: key === undefined ? undefined : { digest: keyDigest('request', key), expiresAt },
    });
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: `{"id":"${publicId('receipt', kept.id)}"}`,
    };
  };
}

/** How large a body can become: what it says of itself, where it does. One that says too much is not read at all. */
function expectedBytes({ method, headers }: Arriving, { maxBytes }: OpenSource): number {
  const told = headers['content-length'];
  if (method === 'GET') return 0;
  if (told !== undefined) return Number(told) > maxBytes ? 0 : Number(told);
  return headers['transfer-encoding'] === undefined ? 0 : maxBytes;
}

/** The provider's own keys of what a request tells, where it can be read; what cannot is told of by its processing. */
function toldKeys({ webhooks }: OpenSource, { body, headers }: Incoming): string[] {
  if (webhooks === undefined) return [];
  try {
    const told: (ProviderEvent | Withdrawal)[] = webhooks.events(body, headers);
    if (webhooks.withdrawals !== undefined) told.push(...webhooks.withdrawals(body, headers));
    return told.map((one) => one.dedupeKey);
  } catch {
    return [];
  }
}

export type Receive = ReturnType<typeof createReceiver>;
