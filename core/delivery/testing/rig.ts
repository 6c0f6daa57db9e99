import { createWebhook, type Hint, type RouteInput } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { createEgress } from '@mortise/platform/egress';
import { startProcess, type RunningProcess } from '@mortise/platform/processes';
import { createLogger } from '@mortise/platform/telemetry';
import { createEvents, type Events, type NewEvent, type StoredEvent } from '../../events/index.ts';
import { newId, Reply, type Clock, type RequestContext } from '../../kernel/index.ts';
import { createVault } from '../../vault/index.ts';
import type { ConsentGate } from '../consent-gate.ts';
import { createDelivery, type Delivery } from '../create-delivery.ts';
import type { CircuitRules } from '../judge-circuit.ts';
import type { DeliveryLimits } from '../limits.ts';
import { deliveryRoutes } from '../routes.ts';
import type { ReplayPayload } from '../run-replay.ts';

/** One process with the whole pipeline over a real database, as the composition would make it. */
export interface Rig {
  db: Database;
  process: RunningProcess;
  delivery: Delivery;
  events: Events;
  routes: ReturnType<typeof deliveryRoutes>;
  hints: { tenantId: string; hint: Hint }[];
  /** The replays that were put on the job queue, which nobody works off here. */
  replays: ReplayPayload[];
  /** Appends events of a tenant in one transaction. */
  append(tenantId: string, events: readonly NewEvent[], traceId?: string): Promise<StoredEvent[]>;
  addWebhook(
    tenantId: string,
    webhook: {
      url: string;
      events?: string[];
      status?: 'active' | 'paused';
      name?: string;
      settings?: RouteInput<typeof createWebhook>['body']['settings'];
      authSecret?: string;
    },
  ): Promise<{ id: string; secret: string }>;
  stop(graceMs?: number): Promise<void>;
}

export const someTrace = '0af7651916cd43dd8448eb211c80319c';

export async function startRig(options: {
  db: Database;
  clock?: Clock;
  sends?: boolean;
  limits?: Partial<DeliveryLimits>;
  consentGate?: ConsentGate;
  circuitRules?: Partial<CircuitRules>;
  /** A certificate authority to trust, PEM, in place of Node's own. */
  ca?: string;
}): Promise<Rig> {
  const { db, clock, sends, limits, circuitRules, ca } = options;
  const logger = createLogger({ level: 'silent' });
  const own = await startProcess({ db, role: 'test', logger, heartbeatMs: 500 });
  const vault = createVault({ masterKeys: [new Uint8Array(32).fill(7)] });
  const egress = createEgress({
    allow: ['127.0.0.1:*'],
    userAgent: 'test',
    defaultTimeoutMs: 20_000,
    maxResponseBytes: 1_000_000,
    ...(ca === undefined ? {} : { ca }),
  });
  const heard: Rig['hints'] = [];
  const hints = { publish: (tenantId: string, hint: Hint) => void heard.push({ tenantId, hint }) };
  const withClock = clock === undefined ? {} : { clock };
  const delivery: Delivery = createDelivery({
    db,
    process: own,
    egress,
    vault,
    hints,
    logger,
    events: () => events,
    consentGate: options.consentGate ?? (async () => 'Nobody keeps consents here.'),
    ...withClock,
    ...(sends === undefined ? {} : { sends }),
    ...(limits === undefined ? {} : { limits }),
    ...(circuitRules === undefined ? {} : { circuitRules }),
  });
  const events = createEvents({ subscribers: [delivery.matchDeliveries] });
  const replays: ReplayPayload[] = [];
  const queue = {
    add: () => Promise.reject(new Error('The rig has no queue')),
    addIn: async (_execute: unknown, _task: string, payload: ReplayPayload) => void replays.push(payload),
  };
  const routes = deliveryRoutes({
    db,
    vault,
    egress,
    events,
    hints,
    process: own,
    delivery,
    queue,
    ...withClock,
  });
  await own.sweep();
  // Known as one that sends from the first event on, where nobody else sends yet.
  if (sends !== false) await own.join('delivery');
  delivery.start();
  return {
    db,
    process: own,
    delivery,
    events,
    routes,
    hints: heard,
    replays,
    append: (tenantId, list, traceId = someTrace) =>
      db.tenant(tenantId, (tx) => events.append(tx, { tenantId, traceId }, list)),
    async addWebhook(tenantId, webhook) {
      const body = createWebhook.body.parse({ name: 'A webhook', events: ['*'], ...webhook });
      const input = { params: undefined, query: undefined, body };
      return bodyOf(await db.tenant(tenantId, (tx) => routes.create(contextOf(tenantId), input, tx)));
    },
    async stop(graceMs = 2_000) {
      await delivery.stop(graceMs);
      await own.stop();
      // Not awaited: requests that hang are ended by their endpoint's close.
      void egress.close();
    },
  };
}

export async function addTenant(db: Database): Promise<string> {
  const id = newId();
  await db.engine((tx) => tx.query('insert into tenants (id, name) values ($1, $2)', [id, 'A tenant']));
  return id;
}

/** What a handler gets of a request by an operator. */
export function contextOf(tenantId: string, headers: Record<string, string> = {}): RequestContext {
  return {
    actor: { kind: 'operator', id: null, name: 'Operator' },
    userId: null,
    tenantId,
    role: null,
    requestId: 'req',
    traceId: someTrace,
    ip: '127.0.0.1',
    cookie: () => undefined,
    headers,
  };
}

/** The body of an answer, with headers or without. */
export function bodyOf<T>(answer: T | Reply<T>): T {
  return answer instanceof Reply ? answer.body : answer;
}

export const anEvent = (type = 'contact.updated', data: Record<string, unknown> = { n: 1 }): NewEvent => ({
  type,
  subject: null,
  data,
});
