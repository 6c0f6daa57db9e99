import { auditRoutes, record } from '@mortise/core/audit';
import {
  connectionJobs,
  connectionRoutes,
  connectRoutes,
  createProviderCaller,
  createProxy,
  createRefresher,
  createRenewer,
  type HintFeed,
} from '@mortise/core/connections';
import {
  consentJobs,
  consentRoutes,
  createGate,
  purposeRoutes,
  type ConsentDeps,
} from '@mortise/core/consent';
import {
  createDelivery,
  deliveryJobs,
  deliveryRoutes,
  forgetEvents,
  type ReplayQueue,
} from '@mortise/core/delivery';
import {
  createEvents,
  createPublishing,
  eventJobs,
  eventRoutes,
  reservedTypes,
  type ErasureDeps,
  type Events,
} from '@mortise/core/events';
import { createIngest, storeOnly } from '@mortise/core/ingest';
import { bareId, systemClock } from '@mortise/core/kernel';
import { countEvents, metricsRoutes } from '@mortise/core/metrics';
import { createSync } from '@mortise/core/sync';
import {
  createSignIn,
  invitationRoutes,
  newSetupLink,
  setupRoutes,
  tenantRoutes,
} from '@mortise/core/tenants';
import { createKeyring, createVault, vaultJobs, vaultRoutes, type RotationDeps } from '@mortise/core/vault';
import { createBus, resyncKind } from '@mortise/platform/bus';
import { migrate, openDatabase } from '@mortise/platform/database';
import { startProcess } from '@mortise/platform/processes';
import { createQueue, queueGrantsSql } from '@mortise/platform/queue';
import type { Logger } from '@mortise/platform/telemetry';
import type { Provider } from '@mortise/providers/kit';
import type { Sandbox } from '@mortise/sandbox';
import pg from 'pg';
import { showConfig, type Config } from './config.ts';
import { consentGateOf } from './consent-gate.ts';
import { serveDashboard } from './http/dashboard.ts';
import { serveDocs } from './http/docs.ts';
import { openApi } from './http/openapi.ts';
import { serveProxy } from './http/proxy.ts';
import { serveIngest } from './http/receive.ts';
import { createHttp, requestOf } from './http/server.ts';
import { serveSignIn } from './http/serve-sign-in.ts';
import { hintsOver, serveStream } from './http/stream.ts';
import { backgroundJobs } from './jobs.ts';
import { providerEventTypes } from './provider-event-types.ts';
import { createProviderTeller } from './provider-teller.ts';
import { composeReach, type ReachOptions } from './reach.ts';
import { surface } from './routes.ts';
import { sealedPlaces } from './sealed-places.ts';
import type { Secrets } from './secrets.ts';
import { startCourier } from './start-courier.ts';
import { traceRoutes } from './trace.ts';
import { version } from './version.ts';

export interface ComposeOptions {
  config: Config;
  secrets: Secrets;
  databaseUrl: string;
  publicUrl: string;
  sandbox: Sandbox | undefined;
  logger: Logger;
  /** What is installed. Default: every provider of the registry. */
  providers?: readonly Provider[];
}

/** The assembled product, not yet listening. */
export type Mortise = Awaited<ReturnType<typeof compose>>;

const queueConcurrency = 8;

/** Brings the schema up. Runs as the login of the URL. */
async function prepareDatabase(url: string, logger: Logger): Promise<void> {
  const applied = await migrate(url);
  if (applied.length > 0) logger.info({ applied }, 'The schema was brought up to date');
}

/** Brings the job queue's own schema up and lets each role do with it what it must. Runs as the login of the URL. */
async function prepareQueue(url: string, logger: Logger): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    await createQueue({ pool, tasks: {}, concurrency: 1, logger }).migrate();
    await pool.query(queueGrantsSql('graphile_worker', 'mortise_engine', 'work'));
    await pool.query(queueGrantsSql('graphile_worker', 'mortise_app', 'add'));
  } finally {
    await pool.end();
  }
}

/**
 * Puts the product together: the only place where rooms meet drivers and providers.
 *
 * @throws MigrationError, VaultError or a database error, in which case nothing is left running
 */
export async function compose(options: ComposeOptions) {
  const { config, secrets, databaseUrl, publicUrl, sandbox, logger } = options;
  const { values } = config;
  const clock = systemClock;

  await prepareDatabase(databaseUrl, logger);
  const db = openDatabase({ url: databaseUrl, max: 24 });
  const vault = createVault({ masterKeys: secrets.masterKeys });
  try {
    await Promise.all([vault.checkMasterKey(db), prepareQueue(databaseUrl, logger)]);
  } catch (error) {
    await db.close();
    throw error;
  }

  const bus = createBus({ connectionString: databaseUrl, channel: 'mortise', logger });
  const hints = hintsOver(bus);
  const reach: ReachOptions = {
    allow: values.MORTISE_EGRESS_ALLOW,
    enabled: values.MORTISE_ENABLE,
    sandbox: sandbox && { url: sandbox.url, port: sandbox.port, providers: sandbox.providers },
  };
  const { egress, providers, registry } = composeReach(reach, options.providers);
  for (const { name, availability } of providers) {
    if (availability !== undefined)
      logger.warn({ flag: availability.flag }, `${name} is enabled: ${availability.reason}`);
  }

  const process = await startProcess({ db, role: values.MORTISE_ROLE, logger });
  const works = values.MORTISE_ROLE !== 'api';
  const gate = createGate({ clock });
  const delivery = createDelivery({
    db,
    process,
    egress,
    vault,
    hints,
    logger,
    events: (): Events => events,
    consentGate: consentGateOf(gate),
    sends: works,
    userAgent: `Mortise-Webhooks/${version}`,
  });
  bus.subscribe(({ kind, hint }) => {
    if (kind === resyncKind) delivery.hintsMissed();
    if (kind !== 'webhook') return;
    const { id } = JSON.parse(String(hint)) as { id: string };
    delivery.webhookChangedElsewhere(bareId('webhook', id));
  });
  const subscribers = [delivery.matchDeliveries, countEvents];
  const events = createEvents({ subscribers });
  const fromProviders = providerEventTypes(providers);
  const isReserved = reservedTypes(fromProviders);
  const publishing = createPublishing({
    db,
    subscribers,
    isOverloaded: (tenantId) => delivery.isOverloadedBy(tenantId),
    isReserved,
  });
  const here = createRenewer({ db, vault, egress, clock, registry });
  // A process of its own knows the providers of the installation and none that were handed over.
  const renewer =
    options.providers === undefined
      ? startCourier({ setUp: { databaseUrl, masterKeys: secrets.masterKeys, reach }, here, logger })
      : here;
  const refresher = createRefresher({ db, vault, events, hints, clock, renewer });
  const caller = createProviderCaller({ db, vault, events, egress, hints, clock, registry, refresher });

  const sync = createSync({
    db,
    events,
    caller,
    findProvider: (id) => registry.find(id),
    hints,
    queue: { addIn: (execute, task, payload, how) => queue.addIn(execute, task, payload, how) },
    get processId() {
      return process.id;
    },
    clock,
    logger,
  });
  process.onGone(async (tx, id) => void (await sync.recoverRuns(tx, id)));

  const heard: HintFeed = {
    subscribe: (hear) =>
      void bus.subscribe(({ kind, tenantId }) =>
        hear(kind, typeof tenantId === 'string' ? tenantId : undefined),
      ),
  };
  const ingest = createIngest({
    db,
    vault,
    events,
    hints,
    heard,
    clock,
    logger,
    registry,
    publicUrl: new URL(publicUrl).origin,
    sync,
    processors: { 'store-only': storeOnly },
    queue: { addIn: (execute, task, payload, how) => queue.addIn(execute, task, payload, how) },
    subscribeSandbox: sandbox && ((provider, url) => sandbox.subscribe(provider, url)),
    works,
  });

  const connections = connectionJobs({ db, clock, registry, refresher, logger });
  const rotation: RotationDeps = {
    db,
    keyring: createKeyring(secrets.masterKeys),
    places: sealedPlaces,
    audit: record,
    logger,
    queue: { addIn: (execute, task, payload, how) => queue.addIn(execute, task, payload, how) },
  };
  // Whoever adds a room that sends what a consent covers registers here what stops its queue with a withdrawal, and who
  // is told of one.
  const consentDeps: ConsentDeps = {
    db,
    events,
    clock,
    stops: [(tx, withdrawal) => delivery.stopWithdrawn(tx, withdrawal)],
    tellers: [createProviderTeller({ db, caller, findProvider: (id) => registry.find(id) })],
    queue: { addIn: (execute, task, payload, how) => queue.addIn(execute, task, payload, how) },
  };
  const replayQueue: ReplayQueue = {
    add: (task, payload, how) => queue.add(task, payload, how),
    addIn: (execute, task, payload, how) => queue.addIn(execute, task, payload, how),
  };
  const eventDeps = {
    db,
    clock,
    audit: record,
    followers: [forgetEvents({ clock, hints })],
    queue: { addIn: (execute, task, payload, how) => queue.addIn(execute, task, payload, how) },
  } satisfies ErasureDeps;
  const jobs = backgroundJobs({
    db,
    events: eventJobs({ ...eventDeps, logger }),
    connections,
    consent: consentJobs(consentDeps),
    delivery: deliveryJobs({ db, clock, hints, queue: replayQueue, wake: () => delivery.wake() }),
    ingest,
    sync,
    vault: vaultJobs(rotation),
    logger,
  });
  const enginePool = db.poolAs('engine', queueConcurrency + 4);
  const queue = createQueue({
    pool: enginePool,
    tasks: jobs.tasks,
    cron: jobs.cron,
    concurrency: queueConcurrency,
    logger,
  });
  const signIn = createSignIn({ db, masterKey: secrets.masterKeys[0] ?? new Uint8Array(), publicUrl });
  const shared = {
    db,
    vault,
    events,
    egress,
    hints,
    clock,
    registry,
    caller,
    publicUrl,
    signIn,
    requestOf: requestOf(publicUrl),
  };
  const proxy = createProxy({ db, caller, logger });
  const lines = surface({
    audit: auditRoutes(shared),
    tenants: tenantRoutes(shared),
    setup: setupRoutes(shared),
    invitations: invitationRoutes(shared),
    connections: connectionRoutes(shared),
    connect: connectRoutes({ ...shared, refresher, heard }),
    proxy,
    sync,
    events: {
      ...eventRoutes({ ...eventDeps, providerEventTypes: fromProviders, isReserved }),
      ...publishing.routes,
    },
    delivery: deliveryRoutes({ ...shared, process, delivery, queue: replayQueue }),
    ingest: ingest.routes,
    consent: { purposes: purposeRoutes(consentDeps), ...consentRoutes(consentDeps) },
    vault: vaultRoutes(rotation),
    metrics: metricsRoutes(shared),
    trace: traceRoutes({ db }),
    health: {
      version,
      settings: () => showConfig(config, secrets.generated),
      database: async () => {
        await db.engine((tx) => tx.query('select 1'));
      },
      accepting: () => process.isCurrent(),
    },
  });
  const { app, callerOf, admit } = createHttp({
    db,
    vault,
    signIn,
    operatorKey: secrets.operatorKey,
    publicUrl,
    trustProxy: values.MORTISE_TRUST_PROXY,
    logger,
    lines,
    rateLimits: {
      standard: values.MORTISE_RATE_LIMIT,
      operator: values.MORTISE_RATE_LIMIT_OPERATOR,
      links: values.MORTISE_RATE_LIMIT_LINKS,
    },
  });
  serveSignIn(app, signIn, publicUrl);
  serveProxy(app, { proxy, admit });
  serveIngest(app, ingest.receive);
  const stream = serveStream(app, { bus, callerOf, admit });
  serveDocs(app, () => openApi(lines, { publicUrl, version }));
  await serveDashboard(app);

  return {
    app,
    db,
    delivery,
    signIn,
    stream,
    hints,
    lines,
    /** The one-time link for the first owner; undefined once there is one. */
    newSetupLink: () => newSetupLink(db, publicUrl),
    /** Takes over from the dead and begins the background work. */
    async start(): Promise<void> {
      if (!works) return;
      await db.engine((tx) => jobs.ensurePartitions(tx));
      delivery.start();
      await process.sweep();
      ingest.start();
      await queue.start();
    },
    /** Ends in order: no new requests, no new work, what is under way, then what it stands on. */
    async stop(graceMs = 8_000): Promise<void> {
      stream.close();
      // Whoever still waits for an answer after the grace has it cut off: what they asked for is in the database or not.
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
      await app.close();
      clearTimeout(cut);
      await publishing.stop();
      if (works) await queue.stop({ graceMs });
      await ingest.stop();
      await delivery.stop(graceMs);
      // As long as a renewal takes: tokens that a provider has just given must be stored before the database stops.
      await renewer.close();
      await caller.stop();
      await process
        .stop()
        .catch((error: unknown) => logger.warn({ err: error }, 'Peers will take over what is left'));
      await Promise.all([bus.close(), egress.close(), signIn.close()]);
      await enginePool.end();
      await db.close();
    },
  };
}
