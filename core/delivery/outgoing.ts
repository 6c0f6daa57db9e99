import type { Target } from './target.ts';

/** One send that is to be made, with all that it takes: nothing has to be read again for it. */
export interface Outgoing {
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly target: Target;
  /** The event's public id: the `webhook-id` of every attempt. */
  readonly messageId: string;
  /** 32 hex digits. */
  readonly traceId: string;
  /** The event's own, shared by all its deliveries. */
  readonly body: Uint8Array;
  /** The attempt's number, from 1. */
  readonly number: number;
  readonly lane: Lane;
  /** The claim's fencing token; 0 when it never was in the queue. */
  readonly fence: number;
  /** Until when the claim is surely ours, in `performance.now()` milliseconds; Infinity without a claim. */
  readonly claimedUntil: number;
  /** Whether others of its key wait in the queue for its end. */
  readonly ordered: boolean;
  /** How often trouble of our own has kept this attempt from being made. */
  readonly setbacks: number;
  /** Whether it is the one send by which a half-open circuit finds out. */
  readonly probe: boolean;
}

/** First attempts and repeated ones do not share slots, so that neither can hold up the other. */
export type Lane = 'first' | 'retry';

/** What came of one HTTP try. */
export interface Exchange {
  statusCode: number | null;
  /** In words, for a person; null when it went well. */
  error: string | null;
  retryAfter: string | undefined;
  /** Without secrets. */
  requestHeaders: Record<string, string>;
  /** What was sent where a transform made it; null: the event's own body. */
  requestBody: string | null;
  responseHeaders: Record<string, string> | null;
  responseBody: string | null;
  durationMs: number;
  startedAt: Date;
  /** Why nothing was sent, on purpose and for good: it is no failure, and not tried again. */
  skipped?: string;
  /** Whose fault it is that nothing was sent, where it is not the endpoint's: the webhook's settings', or ours. */
  fault?: 'settings' | 'ours';
}
