import { EgressError } from './egress-error.ts';

const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|CRL_|EPROTO$)/;

/**
 * Turns whatever the HTTP client threw into one coded error.
 * @param host the host the request was bound for, for the message.
 */
export function judgeFailure(error: unknown, host: string): EgressError {
  if (error instanceof EgressError) return error;
  const code = codeOf(error);
  if (tlsCode.test(code)) {
    return new EgressError('EGRESS_TLS', `The secure connection to ${host} failed (${code}).`, error);
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new EgressError('EGRESS_CONNECT', `${host} did not accept a connection in time.`, error);
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new EgressError('EGRESS_TIMEOUT', `${host} did not answer in time.`, error);
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH') {
    return new EgressError(
      'EGRESS_BAD_REQUEST',
      'The request has a method, header or body that cannot be sent.',
      error,
    );
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new EgressError('EGRESS_ABORTED', 'The outbound client is closed.', error);
  }
  const detail = code === '' ? '' : ` (${code})`;
  return new EgressError('EGRESS_CONNECT', `The connection to ${host} failed${detail}.`, error);
}

function codeOf(error: unknown): string {
  // Node reports several tried addresses as one AggregateError; the first cause speaks for them.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
