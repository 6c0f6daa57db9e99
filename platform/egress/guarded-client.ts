import { isIP, type LookupFunction } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { isPublicAddress } from './address-rule.ts';
import { type AllowList, plainHost } from './allow-list.ts';
import { portOf, refusedAddress } from './check-url.ts';
import { EgressError } from './egress-error.ts';
import type { ClientTls } from './port.ts';
import type { ResolveHost } from './resolve-host.ts';

/** How one connection came to be; a request that finds it open reads only the address. */
export interface ConnectionRecord {
  openedAt: number;
  dnsMs?: number;
  connectMs?: number;
  remoteAddress?: string;
}

/** A response handler that wants to know which connection carries it. */
export interface ConnectionAware extends Dispatcher.DispatchHandler {
  connection?: ConnectionRecord;
}

export interface GuardOptions {
  allow: AllowList;
  /** For names in public space. */
  resolvePublic: ResolveHost;
  /** For names the operator listed. */
  resolveListed: ResolveHost;
  connectTimeoutMs: number;
  /** Certificate authorities to trust, PEM, in place of Node's own. */
  ca?: string | readonly string[];
  /** Shown to endpoints that ask for it; its own authorities come before `ca`. */
  tls?: ClientTls;
}

/**
 * One connection to one origin that can only ever reach addresses the guard has checked.
 *
 * Resolving, checking and pinning are one act: the socket gets its addresses from the lookup below and asks
 * nobody else, so a name that changes its answer between check and use (DNS rebinding) gains nothing.
 * Node calls no lookup for IP literals, hence the check before it.
 */
export class GuardedClient extends Client {
  readonly #record: ConnectionRecord;

  constructor(origin: URL, options: Client.Options, guard: GuardOptions) {
    const record: ConnectionRecord = { openedAt: 0 };
    super(origin, { ...options, connect: guardedConnector(origin, guard, record) });
    this.#record = record;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): boolean {
    handler.connection = this.#record;
    return super.dispatch(options, handler);
  }
}

function guardedConnector(
  origin: URL,
  guard: GuardOptions,
  record: ConnectionRecord,
): buildConnector.connector {
  const listed = guard.allow.allowsHost(origin.hostname, portOf(origin));
  const lookup: LookupFunction = (hostname, options, callback) => {
    const startedAt = performance.now();
    resolveChecked(hostname, listed, guard).then(
      (addresses) => {
        record.dnsMs = performance.now() - startedAt;
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        const first = found[0];
        if (options.all === true || first === undefined) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
  const ca = guard.tls?.ca ?? guard.ca;
  const connect = buildConnector({
    lookup,
    timeout: guard.connectTimeoutMs,
    allowH2: false,
    ...(ca === undefined ? {} : { ca: [ca].flat() }),
    ...(guard.tls === undefined ? {} : { cert: guard.tls.cert, key: guard.tls.key }),
  });
  return (options, callback) => {
    const host = plainHost(options.hostname);
    if (isIP(host) !== 0 && !listed && !isReachable(host, guard.allow)) {
      callback(refusedAddress(host), null);
      return;
    }
    const startedAt = performance.now();
    delete record.dnsMs;
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        record.openedAt = performance.now();
        record.connectMs = record.openedAt - startedAt - (record.dnsMs ?? 0);
        if (socket.remoteAddress !== undefined) record.remoteAddress = socket.remoteAddress;
        callback(null, socket);
      } else {
        callback(error, null);
      }
    });
  };
}

/** One refused address among several refuses the name: a mixed answer is how rebinding begins. */
async function resolveChecked(
  hostname: string,
  listed: boolean,
  guard: GuardOptions,
): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await (listed ? guard.resolveListed : guard.resolvePublic)(hostname);
  } catch (error) {
    throw new EgressError('EGRESS_DNS', `${hostname} could not be resolved to an address.`, error);
  }
  if (addresses.length === 0 || addresses.some((address) => isIP(address) === 0)) {
    throw new EgressError('EGRESS_DNS', `${hostname} could not be resolved to an address.`);
  }
  if (!listed && !addresses.every((address) => isReachable(address, guard.allow)))
    throw refusedAddress(hostname);
  return addresses;
}

function isReachable(address: string, allow: AllowList): boolean {
  return isPublicAddress(address) || allow.allowsAddress(address);
}
