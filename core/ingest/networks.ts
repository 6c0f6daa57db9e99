import { BlockList, isIP, SocketAddress } from 'node:net';

/** Addresses that may post. */
export interface Networks {
  /** Whether none are named, so that any address may. */
  isEmpty: boolean;
  has(address: string): boolean;
}

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * An address in one spelling. `::ffff:192.0.2.1`, however it is written, is the address 192.0.2.1 as a socket of both
 * families tells it (RFC 4291, section 2.5.5.2).
 *
 * @returns undefined when it is none
 */
function plain(text: string): { address: string; family: 'ipv4' | 'ipv6'; isMapped: boolean } | undefined {
  const [bare = ''] = text.split('%', 1);
  if (isIP(bare) === 4) return { address: bare, family: 'ipv4', isMapped: false };
  if (isIP(bare) !== 6) return undefined;
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  const v4 = mapped.exec(address)?.[1];
  return v4 === undefined
    ? { address, family: 'ipv6', isMapped: false }
    : { address: v4, family: 'ipv4', isMapped: true };
}

/**
 * Reads an allow-list.
 *
 * @param entries addresses and CIDR ranges, IPv4, IPv6 and IPv4-mapped
 * @throws TypeError that names the entry which is none: a typo must neither open nor close anything
 */
export function readNetworks(entries: readonly string[]): Networks {
  // One a family: together, an IPv4 address would be found in ::/0.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of entries) {
    const [given = '', bits, ...rest] = entry.split('/');
    const base = plain(given);
    const most = base?.family === 'ipv6' ? 128 : 32;
    const asked = bits === undefined ? most : Number(bits) - (base?.isMapped === true ? 96 : 0);
    const isRange = rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
    if (base === undefined || !isRange || asked > most || asked < 0)
      throw new TypeError(`${entry} is neither an address nor a CIDR range such as 192.0.2.0/24.`);
    lists[base.family].addSubnet(base.address, asked, base.family);
  }
  return {
    isEmpty: entries.length === 0,
    has(address) {
      const one = plain(address);
      return one !== undefined && lists[one.family].check(one.address, one.family);
    },
  };
}
