import { randomBytes } from 'node:crypto';

/** Where a thing stands in its trace, as W3C Trace Context level 1 carries it from process to process. */
export interface TraceContext {
  /** 32 lower-case hex digits, never all zero. Follows a thing from the first request to its last delivery. */
  traceId: string;
  /** 16 lower-case hex digits, never all zero: the step that caused the next one. */
  spanId: string;
  /** Whether the caller records this trace. */
  sampled: boolean;
}

const layout = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A fresh trace id. */
export function newTraceId(): string {
  return randomHex(16);
}

/** A fresh span id. */
export function newSpanId(): string {
  return randomHex(8);
}

/**
 * Reads a `traceparent` header. A header that breaks the rules is treated as absent, as the standard asks;
 * one of a later version is read by the parts this version knows.
 */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const [, version, traceId, spanId, flags, rest] = layout.exec(header?.trim() ?? '') ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined)
    return undefined;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Writes a `traceparent` header, version 00. */
export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** Goes on with the caller's trace under a step of our own, or begins one. */
export function continueTrace(header: string | undefined): TraceContext {
  const caller = parseTraceparent(header);
  return { traceId: caller?.traceId ?? newTraceId(), spanId: newSpanId(), sampled: caller?.sampled ?? true };
}

/** Random bytes are drawn many at a time: every request and every send takes some, and each draw is a system call. */
let pool = Buffer.alloc(0);

function randomHex(bytes: number): string {
  for (;;) {
    if (pool.length < bytes) pool = randomBytes(4_096);
    const hex = pool.toString('hex', 0, bytes);
    pool = pool.subarray(bytes);
    if (!isZero(hex)) return hex;
  }
}

function isZero(hex: string): boolean {
  return /^0+$/.test(hex);
}
