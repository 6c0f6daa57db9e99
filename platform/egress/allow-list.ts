import ipaddr from 'ipaddr.js';

/** The operator's exceptions to the rule that only public addresses may be called. */
export interface AllowList {
  /** True when the host was named for this port: its addresses are then not checked at all. */
  allowsHost(host: string, port: number): boolean;
  /** True when the address lies in a named network, whatever name led to it. */
  allowsAddress(address: string): boolean;
}

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Reads the operator's entries.
 * - `host` opens ports 80 and 443 of that host, `host:4001` that port, `host:*` every port;
 *   IPv6 literals stand in brackets when a port follows: `[::1]:4001`.
 * - `10.1.0.0/16` opens a network, every port, for literals and for names that resolve into it.
 * @throws TypeError naming the entry that cannot be read: a typo must not silently open or close anything.
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const hosts = new Map<string, Set<number | '*'>>();
  const networks: Network[] = [];
  for (const entry of entries) {
    if (entry.includes('/')) {
      if (!ipaddr.isValidCIDR(entry)) throw unreadable(entry);
      networks.push(ipaddr.parseCIDR(entry));
      continue;
    }
    const { host, ports } = parseHostEntry(entry);
    const known = hosts.get(host) ?? new Set();
    for (const port of ports) known.add(port);
    hosts.set(host, known);
  }
  return {
    allowsHost(host, port) {
      const ports = hosts.get(plainHost(host));
      return ports !== undefined && (ports.has('*') || ports.has(port));
    },
    allowsAddress(address) {
      if (networks.length === 0 || !ipaddr.isValid(address)) return false;
      const parsed = ipaddr.parse(address);
      return networks.some(
        ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
      );
    },
  };
}

/** A URL's hostname as compared here: lower case, no brackets, no root dot. */
export function plainHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function parseHostEntry(entry: string): { host: string; ports: readonly (number | '*')[] } {
  const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}|\*))?$/i.exec(entry.trim());
  const bareV6 = ipaddr.IPv6.isValid(entry.trim());
  const name = bareV6 ? `[${entry.trim()}]` : parts?.[1];
  if (name === undefined || !URL.canParse(`http://${name}/`)) throw unreadable(entry);
  const port = bareV6 ? undefined : parts?.[2];
  if (port !== undefined && port !== '*' && (Number(port) < 1 || Number(port) > 65_535))
    throw unreadable(entry);
  // Through the URL parser, so that an entry and a request meet in the same spelling of an address.
  const host = plainHost(new URL(`http://${name}/`).hostname);
  return { host, ports: port === undefined ? [80, 443] : [port === '*' ? '*' : Number(port)] };
}

function unreadable(entry: string): TypeError {
  return new TypeError(
    `Allow-list entry "${entry}" is not a host ("intranet.example"), host and port ("localhost:4001", ` +
      `"localhost:*") or network ("10.1.0.0/16").`,
  );
}
