import ipaddr from 'ipaddr.js';

const globalUnicastV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Single addresses that lie in public space but serve the machine's own platform:
 * 168.63.129.16 is Azure's host agent, reachable from every virtual machine there.
 */
const platformAddresses = new Set(['168.63.129.16']);

/**
 * Says whether an address belongs to the public internet, and nothing else.
 * Fails closed: what cannot be parsed is not public.
 *
 * IPv4: only what ipaddr.js calls unicast. IPv6: only inside 2000::/3 (RFC 4291), which leaves out ::/96,
 * mapped, NAT64 and translated addresses whole, because each can carry a private IPv4 address; and in it
 * only what ipaddr.js calls unicast (no 6to4, Teredo, documentation), and no ISATAP interface id (RFC 5214).
 * @param address an IP literal without brackets.
 */
export function isPublicAddress(address: string): boolean {
  // `parse` would also accept inet_aton shorthands ('127.1'); a resolver or the URL parser never yields one.
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    return ipaddr.IPv4.parse(address).range() === 'unicast' && !platformAddresses.has(address);
  }
  if (!ipaddr.IPv6.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.IPv6.parse(address);
  return parsed.match(globalUnicastV6) && parsed.range() === 'unicast' && !isIsatap(parsed);
}

function isIsatap(address: ipaddr.IPv6): boolean {
  return ((address.parts[4] ?? 0) & 0xfdff) === 0 && address.parts[5] === 0x5efe;
}
