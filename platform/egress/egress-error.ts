/** Why a request could not be made or finished. Stable: callers branch on it, logs and screens show it. */
export type EgressErrorCode =
  | 'EGRESS_BAD_URL'
  | 'EGRESS_BAD_REQUEST'
  | 'EGRESS_REFUSED_ADDRESS'
  | 'EGRESS_DNS'
  | 'EGRESS_CONNECT'
  | 'EGRESS_TLS'
  | 'EGRESS_TIMEOUT'
  | 'EGRESS_TOO_LARGE'
  | 'EGRESS_ABORTED'
  | 'EGRESS_REDIRECT';

/** Whether the same request may succeed later without anybody changing anything. */
const retryableCodes: ReadonlySet<EgressErrorCode> = new Set([
  'EGRESS_DNS',
  'EGRESS_CONNECT',
  'EGRESS_TIMEOUT',
]);

/**
 * The only error that leaves this folder. The message is plain and safe to show to the tenant whose URL it
 * was: it holds a host or an address, never a header, a body, or the path and query of the URL.
 */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: EgressErrorCode;
  readonly retryable: boolean;

  constructor(code: EgressErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryableCodes.has(code);
  }
}
