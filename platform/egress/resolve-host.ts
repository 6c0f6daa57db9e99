import { lookup, Resolver } from 'node:dns/promises';

/** Every address of a host name, IPv4 and IPv6, in the order they should be tried. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/**
 * Resolves over the network and not through the operating system's getaddrinfo, which Node runs on four
 * threads shared with file access: four names with a dead name server would hold every other request.
 * Only where no name server is configured does the operating system answer.
 * @param servers name servers in place of the machine's own, `address:port`.
 * @throws the resolver's own errors, with `code`.
 */
export async function resolvePublicHost(
  hostname: string,
  servers?: readonly string[],
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2_500, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  const reason =
    v4.status === 'rejected' && v4.reason instanceof Error ? v4.reason : new Error('It has no address.');
  if ('code' in reason && reason.code === 'ECONNREFUSED') return resolveByHost(hostname);
  throw reason;
}

/** Resolves as the machine does, hosts file and search domains included: for hosts the operator named. */
export const resolveByHost: ResolveHost = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map((entry) => entry.address);
};
