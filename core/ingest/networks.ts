import { BlockList, isIP } from 'node:net';

/** Addresses that may post. */
export interface Networks {
  /** Whether none are named, so that any address may. */
  isEmpty: boolean;
  has(address: string): boolean;
}

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** `::ffff:192.0.2.1` is the address 192.0.2.1 as a socket of both families tells it (RFC 4291, section 2.5.5.2). */
const plain = (address: string): string => mapped.exec(address)?.[1] ?? address.split('%', 1)[0]!;

/**
 * Reads an allow-list.
 *
 * @param entries addresses and CIDR ranges, IPv4, IPv6 and IPv4-mapped
 * @throws TypeError that names the entry which is none: a typo must neither open nor close anything
 */
export function readNetworks(entries: readonly string[]): Networks {
  const list = new BlockList();
  for (const entry of entries) {
    const [given = '', bits, ...rest] = entry.split('/');
    const address = plain(given);
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const asked = bits === undefined ? most : Number(bits) - (mapped.test(given) ? 96 : 0);
    if (
      family === 0 ||
      rest.length > 0 ||
      (bits !== undefined && !/^\d{1,3}$/.test(bits)) ||
      asked > most ||
      asked < 0
    )
      throw new TypeError(`${entry} is neither an address nor a CIDR range such as 192.0.2.0/24.`);
    list.addSubnet(address, asked, family === 6 ? 'ipv6' : 'ipv4');
  }
  return {
    isEmpty: entries.length === 0,
    has(address) {
      const one = plain(address);
      const family = isIP(one);
      return family !== 0 && list.check(one, family === 6 ? 'ipv6' : 'ipv4');
    },
  };
}
