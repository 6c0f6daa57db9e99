/**
 * Milliseconds to wait by a Retry-After header: delay in seconds (RFC 9110 10.2.3; fractions, which some providers
 * send, included) or an HTTP date in any of its three forms. A date in the past is 0. Undefined when there is no
 * header or it cannot be read, so that the caller falls back to its own back-off.
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Only texts that begin like a day name: Date.parse reads almost anything ("-5" is the year 2001).
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const at = Date.parse(/(GMT|UTC|[+-]\d{4})$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
