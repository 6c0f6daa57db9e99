import { isIP } from 'node:net';
import { isPublicAddress } from './address-rule.ts';
import { type AllowList, parseAllowList, plainHost } from './allow-list.ts';
import { EgressError } from './egress-error.ts';

const nothingAllowed = parseAllowList([]);

/**
 * What can be said about a URL without the network: for settings forms, and the first gate of every request.
 * The WHATWG parser has by then rewritten octal, hex, decimal and shortened IPv4 forms, full-width digits and
 * mapped IPv6 addresses, so that one spelling of each address is left to judge. A host name that passes may
 * still resolve to a refused address; that is judged again when the connection is made.
 * @returns the parsed URL.
 * @throws EgressError EGRESS_BAD_URL (not a URL, not http or https, holds a user name or password) or
 *   EGRESS_REFUSED_ADDRESS (names an address outside the public internet that the operator has not allowed).
 */
export function checkUrl(url: string | URL, allow: AllowList = nothingAllowed): URL {
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  if (parsed === null)
    throw new EgressError('EGRESS_BAD_URL', 'This is not a complete URL such as https://example.com/path.');
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw new EgressError('EGRESS_BAD_URL', 'Only http and https URLs can be called.');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new EgressError('EGRESS_BAD_URL', 'A URL must not hold a user name or password.');
  }
  const host = plainHost(parsed.hostname);
  if (host === '') throw new EgressError('EGRESS_BAD_URL', 'The URL names no host.');
  if (allow.allowsHost(host, portOf(parsed))) return parsed;
  if (isIP(host) !== 0) {
    if (!isPublicAddress(host) && !allow.allowsAddress(host)) throw refusedAddress(host);
  } else if ((host === 'localhost' || host.endsWith('.localhost')) && !allow.allowsAddress('127.0.0.1')) {
    throw refusedAddress(host); // RFC 6761: these names mean this machine, whatever a resolver says.
  }
  return parsed;
}

/** The port a URL is called on. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** The refusal, told the same way wherever it is found. It does not repeat what a name resolved to. */
export function refusedAddress(host: string): EgressError {
  return new EgressError(
    'EGRESS_REFUSED_ADDRESS',
    `${host} is not on the public internet. The operator can allow it by name.`,
  );
}
