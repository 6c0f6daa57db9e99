import type { Route } from '@mortise/contract';

/** How often and how long a call may be tried. Times in milliseconds. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly tries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const defaultRetry: RetryPolicy = { tries: 4, firstDelayMs: 250, maxDelayMs: 8000 };

/** The answers that say "not now": the work was not begun, so that the same request may be sent again. */
const notNow = new Set([429, 503]);

/**
 * Whether a call may be sent twice without doing its work twice: reads and deletes as they are, creates because
 * their Idempotency-Key makes the second a repeat of the first. A PATCH with If-Match is not: its second try
 * would be refused for the version that its first try made.
 */
export function isRepeatable(route: Pick<Route, 'method' | 'status'>): boolean {
  return route.method === 'GET' || route.method === 'DELETE' || isCreate(route);
}

export function isCreate(route: Pick<Route, 'method' | 'status'>): boolean {
  return route.method === 'POST' && route.status === 201;
}

interface Failure {
  /** 0 when no answer came. */
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

/**
 * How long to wait before try `tried + 1`, or undefined when there is to be none. Full jitter over a doubling
 * window, but never earlier than the server asked for. A server that asks for more than the policy's longest
 * wait is not waited for: the caller knows better than we do what to tell its user.
 */
export function nextDelayMs(
  failure: Failure,
  tried: number,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  if (tried >= policy.tries) return undefined;
  if (failure.status !== 0 && !notNow.has(failure.status)) return undefined;
  const window = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (tried - 1));
  const asked = failure.retryAfterMs ?? 0;
  if (asked > policy.maxDelayMs) return undefined;
  return Math.round(asked + random() * window);
}

/** Retry-After in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Waits, unless the signal says that nobody is waiting any more: then rejects with its reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(asError(signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException('Aborted', 'AbortError');
}
