import type { Database, Tx } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import type { RunningProcess } from '@mortise/platform/processes';
import type { Logger } from '@mortise/platform/telemetry';
import type { Events, EventSubscriber } from '../events/index.ts';
import { Announcer, publicId, systemClock, type Clock, type Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { createAcceptor } from './accept.ts';
import { Backlog } from './backlog.ts';
import { Circuits } from './circuits.ts';
import { createConclusions } from './conclude.ts';
import type { ConsentGate } from './consent-gate.ts';
import { disableWebhook } from './disable-webhook.ts';
import { readChanged } from './held-store.ts';
import { circuitRules, type CircuitRules } from './judge-circuit.ts';
import { defaultLimits, type DeliveryLimits } from './limits.ts';
import { createOAuthTokens } from './oauth-tokens.ts';
import type { Outgoing } from './outgoing.ts';
import { createConsentCheck } from './outgoing-consent.ts';
import { leasePermits } from './permit-store.ts';
import { Permits } from './permits.ts';
import { requeueOf, type ClaimedRow } from './pipeline-store.ts';
import { Poller, type Never } from './poller.ts';
import { Recorder, type Result } from './recorder.ts';
import { unsendableResult } from './results.ts';
import { Sender } from './sender.ts';
import { sendOnce, type SendDeps } from './send-once.ts';
import { Shares } from './shares.ts';
import { stopWithdrawn } from './stop-withdrawn.ts';
import { Tally } from './tally.ts';
import { createTargets } from './target.ts';
import { createTransformer, type Transformer } from './transformer.ts';

export interface DeliveryOptions {
  db: Database;
  process: RunningProcess;
  egress: Egress;
  vault: Vault;
  hints: Hints;
  logger: Logger;
  /** The log that `matchDeliveries` subscribes to; a function, because each needs the other to be made. */
  events: () => Events;
  /** Asked right before each attempt of a webhook that sends nothing without a consent. */
  consentGate: ConsentGate;
  clock?: Clock;
  /** Whether this process sends. One that does not puts everything into the queue for those that do. Default true. */
  sends?: boolean;
  userAgent?: string;
  limits?: Partial<DeliveryLimits>;
  circuitRules?: Partial<CircuitRules>;
}

export interface Delivery {
  /** Turns events into deliveries in the events' own transaction. */
  matchDeliveries: EventSubscriber;
  /**
   * Ends what waits for a person's consent to a purpose that has just been withdrawn, in the withdrawal's transaction.
   * What is being sent meets the gate, or is past it.
   *
   * @param withdrawal.purpose its key
   * @returns how many deliveries it ended
   */
  stopWithdrawn(
    tx: Tx,
    withdrawal: { tenantId: string; subjectId: string; purpose: string },
  ): Promise<number>;
  /** Runs and judges transforms. */
  transformer: Transformer;
  /** What attempts say they are, unless a webhook's own headers do. */
  userAgent: string;
  /** Begins to send. Before it, and after `stop`, everything goes to the queue. */
  start(): void;
  /**
   * Sends nothing new, waits for what is in flight, writes every result and gives the rest back to the queue, where
   * another process finds it at once. Call it before the process's own `stop`.
   *
   * @returns whether all of it is written; what is not is found through the process's row
   */
  stop(graceMs?: number): Promise<boolean>;
  /** Whether a tenant should be told to come back later: it holds its share of the memory. Another's flood does not make it so. Bare id. */
  isOverloadedBy(tenantId: string): boolean;
  /** A webhook changed or is gone: what waits for it in memory is read anew from the queue. Bare id. */
  webhookChanged(webhookId: string): void;
  /**
   * The same, as a hint of any process tells. Hints may be lost: what waits in memory is compared with the database every
   * two seconds too. Bare id.
   */
  webhookChangedElsewhere(webhookId: string): void;
  /** Hints may have been lost: compares at once. */
  hintsMissed(): void;
  /** Something was put into the queue. */
  wake(): void;
  /** Looks at the queue now. @returns how many deliveries it took to be sent */
  poll(): Promise<number>;
  /** Resolves once nothing is in memory: all that was accepted here is sent and its result committed. */
  idle(): Promise<void>;
  /** What is in memory: accepted and without a committed result, in flight, and results not yet committed. */
  counts(): { accepted: number; inFlight: number; unrecorded: number };
}

const tickMs = 500;

/** Puts the pipeline together and ties it to the life of the process. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { db, process, egress, hints, logger, clock = systemClock } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const backlog = new Backlog(limits);
  const announcer = new Announcer(hints, (webhookId) => ({
    kind: 'delivery',
    ...(webhookId === undefined ? {} : { webhookId: publicId('webhook', webhookId) }),
  }));
  const tally = new Tally({ db, logger });
  const targets = createTargets(options.vault);
  const transformer = createTransformer({ deadlineMs: limits.transformMs });
  const sending: SendDeps = {
    egress,
    clock,
    tokens: createOAuthTokens(egress, clock),
    transformer,
    timeoutMs: limits.timeoutMs,
    userAgent: options.userAgent ?? 'Mortise-Webhooks/1.0',
    refusal: createConsentCheck({ db, consentGate: options.consentGate, logger }),
  };
  const circuits = new Circuits({ ...circuitRules, ...options.circuitRules });
  const shares = new Shares(process);
  const shareOf = (webhookId: string, concurrency: number) => shares.of(webhookId, concurrency);
  /** Those in flight when this process was taken for gone: others may have put them into the queue meanwhile. */
  const orphaned = new Set<string>();
  const idleWaiters: (() => void)[] = [];
  let running = false;
  let timer: NodeJS.Timeout | undefined;
  let comparedAt = performance.now();
  let comparing: Promise<void> | undefined;

  const recorder = new Recorder({
    db,
    logger,
    disable: (tx, about) => disableWebhook(tx, { events: options.events(), hints }, about),
    committed,
  });
  const permits: Permits = new Permits({
    lease: (asks) => db.engine((tx) => leasePermits(tx, asks)),
    ready: (webhookId) => sender.resume(webhookId),
  });
  const sender: Sender = new Sender({
    limits,
    clock,
    permits,
    shareOf,
    mayStart: () => recorder.size < limits.unrecorded && process.isCurrent(),
    send,
  });
  const poller: Poller = new Poller({
    db,
    process,
    sender,
    targets,
    circuits,
    clock,
    limits,
    logger,
    shareOf,
    probing: (tenantId, webhookId) => tellOf(tenantId, webhookId),
    mayClaim: () => running && recorder.size < limits.unrecorded && process.isCurrent() && shares.settled,
    unsendable,
  });
  const conclude = createConclusions({
    circuits,
    clock,
    processId: () => process.id,
    isOrphaned: (deliveryId) => orphaned.has(deliveryId),
    rest: (item, ms) => sender.rest(item, ms),
  });
  const acceptor = createAcceptor({
    db,
    process,
    backlog,
    targets,
    clock,
    sends: () => running && shares.settled,
    circuits,
    roomFor: (target) =>
      shareOf(target.webhookId, target.settings.concurrency) === 0 ? 0 : sender.roomFor(target),
    handOver,
    queued: () => poller.wake(),
    changed: (tenantId, webhookId) => announcer.changed(tenantId, webhookId),
  });

  async function send(item: Outgoing, abandoned: () => boolean): Promise<void> {
    // A claim that may have lapsed may be somebody else's by now; if it is not, it goes back for anyone to take.
    if (item.fence > 0 && !poller.isOurs(item.claimedUntil)) return giveBack([item]);
    const exchange = await sendOnce(sending, item);
    if (abandoned()) return;
    if (exchange.fault === 'ours')
      logger.warn({ deliveryId: item.deliveryId }, `A delivery was not sent: ${exchange.error}`);
    const result = conclude.ofAttempt(item, exchange);
    recorder.add(result);
    // What waits for it here goes to the queue, and waits there.
    if (result.disable !== undefined || !circuits.isClosed(item.target.webhookId))
      giveBack(sender.recall(item.target.webhookId));
  }

  /** Takes what is committed, unless nothing may be sent to its webhook by now. */
  function handOver(items: readonly Outgoing[]): void {
    const maySend = (item: Outgoing) => running && circuits.isClosed(item.target.webhookId);
    sender.add(items.filter(maySend));
    giveBack(items.filter((item) => !maySend(item)));
  }

  function tellOf(tenantId: string, webhookId: string): void {
    hints.publish(tenantId, { kind: 'webhook', id: publicId('webhook', webhookId) });
  }

  function unsendable(row: ClaimedRow, { why, outcome }: Never): void {
    recorder.add(unsendableResult(row, why, { outcome, now: clock.now(), processId: process.id }));
  }

  /** Puts what has not been sent into the queue, due at once. */
  function giveBack(items: readonly Outgoing[]): void {
    for (const item of items) recorder.add(conclude.ofUnsent(item));
  }

  function committed(results: readonly Result[]): void {
    let nextDue: Date | undefined;
    let wakes = false;
    for (const { deliveryId, attempt, wait, end, circuit } of results) {
      backlog.leave(deliveryId);
      orphaned.delete(deliveryId);
      if (attempt !== undefined) {
        announcer.changed(attempt.tenant_id, attempt.webhook_id);
        tally.add(attempt);
      }
      if (wait !== undefined && (nextDue === undefined || wait.dueAt < nextDue)) nextDue = wait.dueAt;
      const { fence = 0 } = end ?? wait ?? {};
      if (fence > 0) poller.ended(deliveryId, fence);
      // What came from the queue may have more behind it there, of its key or of its webhook.
      wakes ||= fence > 0;
      if (circuit !== undefined) {
        tellOf(circuit.tenantId, circuit.webhookId);
        wakes ||= circuit.circuit.state === 'closed';
      }
    }
    if (wakes) poller.wake();
    if (nextDue !== undefined) poller.wake(nextDue);
    sender.pump();
    noteIdle();
  }

  const held = () =>
    backlog.size + sender.waiting('first') + sender.waiting('retry') + sender.inFlight + recorder.size;

  function noteIdle(): void {
    if (held() > 0) return;
    for (const resolve of idleWaiters.splice(0)) resolve();
  }

  /** Has what waits here for webhooks that are others by now read anew, whatever became of the hints that told of it. */
  function recallChanged(): void {
    comparedAt = performance.now();
    const waiting = sender.waitingFor();
    if (waiting.length === 0 || comparing !== undefined) return;
    comparing = readChanged(db, waiting)
      .then((changed) => giveBack(changed.flatMap((webhookId) => sender.recall(webhookId))))
      .catch((error: unknown) => logger.warn({ err: error }, 'Cannot find out now which webhooks changed'))
      .finally(() => (comparing = undefined));
  }

  async function tick(): Promise<void> {
    if (performance.now() >= comparedAt + limits.compareMs) recallChanged();
    process.setLowWater(backlog.lowWater());
    // A process that joined has them now, and finds them in the queue.
    giveBack(sender.recallForeign());
    noteIdle();
    await acceptor.settle().catch((error: unknown) => {
      logger.warn({ err: error }, 'Cannot find out now what became of some transactions');
    });
    if (running) timer = setTimeout(() => void tick(), tickMs).unref();
  }

  process.onGone(async (tx, processId, lowWater) => {
    await requeueOf(tx, processId, lowWater, clock.now());
    tx.afterCommit(() => poller.wake());
  });
  process.onLost(() => {
    // What has not been sent is in the queue by now; what is in flight may be there too.
    const unsent = sender.recall();
    for (const item of unsent) {
      backlog.leave(item.deliveryId);
      poller.ended(item.deliveryId, item.fence);
    }
    for (const id of backlog.ids()) orphaned.add(id);
  });

  return {
    matchDeliveries: acceptor.matchDeliveries,
    transformer,
    userAgent: sending.userAgent,
    async stopWithdrawn(tx, withdrawal) {
      const { tenantId } = withdrawal;
      const now = clock.now();
      const stopped = await stopWithdrawn(tx, withdrawal, { processId: process.id, now });
      tx.afterCommit(() => {
        const attempt = { outcome: 'skipped', started_at: now, duration_ms: 0, status_code: null } as const;
        for (const id of stopped) tally.add({ tenant_id: tenantId, webhook_id: id, ...attempt });
        for (const webhookId of new Set(stopped)) announcer.changed(tenantId, webhookId);
      });
      return stopped.length;
    },
    start() {
      if (running || options.sends === false) return;
      running = true;
      void process.join(shares.work).catch((error: unknown) => {
        logger.warn({ err: error }, 'Cannot tell the other processes now that this one sends');
      });
      sender.start();
      poller.start();
      timer = setTimeout(() => void tick(), tickMs).unref();
    },
    async stop(graceMs = 25_000) {
      const wasRunning = running;
      running = false;
      clearTimeout(timer);
      if (!wasRunning) {
        transformer.close();
        await tally.flush();
        return true;
      }
      await poller.stop();
      giveBack(sender.recall());
      giveBack(await sender.stop(graceMs));
      transformer.close();
      // Handed over by transactions that were open until now.
      giveBack(sender.recall());
      const written = await recorder.drain(Math.max(graceMs, 1_000));
      recorder.close();
      await tally.flush();
      permits.close();
      announcer.flush();
      process.setLowWater(backlog.lowWater());
      return written;
    },
    isOverloadedBy: (tenantId) => backlog.isFullFor(tenantId),
    webhookChanged(webhookId) {
      // In this order: a probe among them is withdrawn from the circuit as it is known.
      giveBack(sender.recall(webhookId));
      circuits.forget(webhookId);
    },
    // What is known of its circuit stays: hints tell of each of its transitions too.
    webhookChangedElsewhere: (webhookId) => giveBack(sender.recall(webhookId)),
    hintsMissed: recallChanged,
    wake: () => poller.wake(),
    poll: () => poller.poll(),
    async idle() {
      if (held() === 0) return;
      await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
    counts: () => ({ accepted: backlog.size, inFlight: sender.inFlight, unrecorded: recorder.size }),
  };
}
