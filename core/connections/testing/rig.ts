import type { Hint } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { createEgress } from '@mortise/platform/egress';
import { createEvents } from '../../events/index.ts';
import {
  newId,
  Reply,
  systemClock,
  type Actor,
  type Clock,
  type RequestContext,
} from '../../kernel/index.ts';
import { createVault } from '../../vault/index.ts';
import { connectRoutes } from '../connect.ts';
import { createRenewer } from '../create-renewer.ts';
import { connectionJobs } from '../jobs.ts';
import { createProviderCaller, type Sleep } from '../open-connection.ts';
import type { ProviderRegistry } from '../ports.ts';
import { createRefresher } from '../refresh.ts';
import type { Renewer } from '../renewer.ts';
import { connectionRoutes } from '../routes.ts';

export const publicUrl = 'http://mortise.test';
const someTrace = '0af7651916cd43dd8448eb211c80319c';
const ada: Actor = { kind: 'user', id: 'user_1', name: 'Ada' };
export const backend: Actor = { kind: 'operator', id: null, name: 'Host backend' };

export type Rig = ReturnType<typeof createRig>;

/** The room over a real database, as one process composes it. */
export function createRig(options: {
  db: Database;
  registry: ProviderRegistry;
  allow: readonly string[];
  clock?: Clock;
  leaseMs?: number;
  sleep?: Sleep;
  /** Default: in this process. */
  renewer?: Renewer;
}) {
  const { db, registry, clock = systemClock } = options;
  const vault = createVault({ masterKeys: [new Uint8Array(32).fill(7)] });
  const hints: Hint[] = [];
  const warnings: string[] = [];
  const egress = createEgress({
    allow: options.allow,
    userAgent: 'test',
    defaultTimeoutMs: 10_000,
    maxResponseBytes: 1_000_000,
  });
  const shared = {
    db,
    vault,
    egress,
    registry,
    clock,
    events: createEvents({ subscribers: [] }),
    hints: { publish: (_tenantId: string, hint: Hint) => void hints.push(hint) },
    publicUrl,
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
  };
  const renewer = options.renewer ?? createRenewer(shared);
  const refresher = createRefresher({ ...shared, renewer });
  const caller = createProviderCaller({
    ...shared,
    refresher,
    ...(options.clock === undefined ? {} : { elapsedMs: () => clock.now().getTime() }),
    ...(options.sleep === undefined ? {} : { sleep: options.sleep }),
  });
  const logger = { warn: (_details: object, message: string) => void warnings.push(message) };
  const routes = connectionRoutes({ ...shared, caller });

  /** Makes an integration of the tenant, as its route does. */
  const addIntegration = async (
    tenantId: string,
    body: Parameters<typeof routes.create>[1]['body'],
    context = contextOf(tenantId),
  ) => {
    const input = { params: undefined, query: undefined, body };
    return bodyOf(await db.tenant(tenantId, (tx) => routes.create(context, input, tx)));
  };

  return {
    ...shared,
    hintsHeard: hints,
    warnings,
    refresher,
    caller,
    connect: connectRoutes({ ...shared, refresher }),
    routes,
    addIntegration,
    jobs: connectionJobs({ ...shared, refresher, logger }),
    // Not awaited: a request that hangs ends with its server.
    stop: () => void egress.close(),
  };
}

export async function addTenant(db: Database): Promise<string> {
  const id = newId();
  await db.engine((tx) => tx.query('insert into tenants (id, name) values ($1, $2)', [id, 'A tenant']));
  return id;
}

/** What a handler gets of a request; cookies as the browser would send them. */
export function contextOf(
  tenantId: string,
  more: { actor?: Actor; cookies?: ReadonlyMap<string, string>; headers?: Record<string, string> } = {},
): RequestContext {
  return {
    actor: more.actor ?? ada,
    userId: null,
    tenantId,
    role: 'owner',
    requestId: 'req',
    traceId: someTrace,
    ip: '127.0.0.1',
    cookie: (name) => more.cookies?.get(name),
    headers: more.headers ?? {},
  };
}

export function bodyOf<T>(answer: T | Reply<T>): T {
  return answer instanceof Reply ? answer.body : answer;
}

/** A header of an answer as text. */
export function headerOf(answer: unknown, name: string): string {
  if (!(answer instanceof Reply)) throw new Error('The answer has no headers');
  return String((answer.headers as Record<string, unknown>)[name]);
}
