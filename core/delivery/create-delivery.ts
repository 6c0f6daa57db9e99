import type { Database } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import type { RunningProcess } from '@mortise/platform/processes';
import type { Logger } from '@mortise/platform/telemetry';
import type { Events, EventSubscriber } from '../events/index.ts';
import { systemClock, type Clock, type Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { createAcceptor } from './accept.ts';
import { Announcer } from './announcer.ts';
import { Backlog } from './backlog.ts';
import { disableWebhook } from './disable-webhook.ts';
import { judgeExchange } from './judge-exchange.ts';
import { defaultLimits, type DeliveryLimits } from './limits.ts';
import type { Exchange, Outgoing } from './outgoing.ts';
import { requeueOf, type ClaimedRow } from './pipeline-store.ts';
import { Poller } from './poller.ts';
import { Recorder, type Result } from './recorder.ts';
import { Sender } from './sender.ts';
import { sendOnce } from './send-once.ts';
import { createTargets } from './target.ts';

export interface DeliveryOptions {
  db: Database;
  process: RunningProcess;
  egress: Egress;
  vault: Vault;
  hints: Hints;
  logger: Logger;
  /** The log that `matchDeliveries` subscribes to; a function, because each needs the other to be made. */
  events: () => Events;
  clock?: Clock;
  /** Whether this process sends. One that does not puts everything into the queue for those that do. Default true. */
  sends?: boolean;
  userAgent?: string;
  limits?: Partial<DeliveryLimits>;
}

export interface Delivery {
  /** Turns events into deliveries in the events' own transaction. */
  matchDeliveries: EventSubscriber;
  /** Begins to send. Before it, and after `stop`, everything goes to the queue. */
  start(): void;
  /**
   * Sends nothing new, waits for what is in flight, writes every result and gives the rest back to the queue, where
   * another process finds it at once. Call it before the process's own `stop`.
   *
   * @returns whether all of it is written; what is not is found through the process's row
   */
  stop(graceMs?: number): Promise<boolean>;
  /** Whether so much waits that callers from outside should be told to come back later. */
  isOverloaded(): boolean;
  /** The same for one tenant: whether it holds its share of the memory. Another's flood does not make it so. Bare id. */
  isOverloadedBy(tenantId: string): boolean;
  /** A webhook changed or is gone: what waits for it in memory is read anew from the queue. Bare id. */
  webhookChanged(webhookId: string): void;
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
  const userAgent = options.userAgent ?? 'Mortise-Webhooks/1.0';
  const backlog = new Backlog(limits);
  const announcer = new Announcer(hints);
  const targets = createTargets(options.vault);
  /** Those in flight when this process was taken for gone: others may have put them into the queue meanwhile. */
  const orphaned = new Set<string>();
  const idleWaiters: (() => void)[] = [];
  let running = false;
  let timer: NodeJS.Timeout | undefined;

  const recorder = new Recorder({
    db,
    logger,
    disable: (tx, about) => disableWebhook(tx, { events: options.events(), hints }, about),
    committed,
  });
  const sender: Sender = new Sender({
    limits,
    clock,
    mayStart: () => recorder.size < limits.unrecorded && process.isCurrent(),
    send,
  });
  const poller: Poller = new Poller({
    db,
    process,
    sender,
    targets,
    clock,
    limits,
    logger,
    mayClaim: () => running && recorder.size < limits.unrecorded && process.isCurrent(),
    unsendable,
  });
  const acceptor = createAcceptor({
    db,
    process,
    backlog,
    targets,
    clock,
    sends: () => running,
    handOver: (items) => (running ? sender.add(items) : giveBack(items)),
    queued: () => poller.wake(),
    changed: (tenantId, webhookId) => announcer.deliveryChanged(tenantId, webhookId),
  });

  async function send(item: Outgoing, abandoned: () => boolean): Promise<void> {
    // A claim that may have lapsed may be somebody else's by now; if it is not, it goes back for anyone to take.
    if (item.fence > 0 && !poller.isOurs(item.claimedUntil)) return giveBack([item]);
    const exchange = await sendOnce(egress, item, { clock, timeoutMs: limits.timeoutMs, userAgent });
    if (abandoned()) return;
    const result = judge(item, exchange);
    recorder.add(result);
    // What waits for it here goes to the queue, and is put aside there.
    if (result.disable !== undefined) giveBack(sender.recall(item.target.webhookId));
  }

  function judge(item: Outgoing, exchange: Exchange): Result {
    const now = clock.now();
    const verdict = judgeExchange({ ...exchange, number: item.number }, now);
    if (verdict.restMs !== undefined) sender.rest(item.target.webhookId, verdict.restMs);
    const dueAt = verdict.delayMs === undefined ? undefined : new Date(now.getTime() + verdict.delayMs);
    const place = { tenantId: item.tenantId, deliveryId: item.deliveryId, fence: item.fence };
    const result: Result = {
      deliveryId: item.deliveryId,
      attempt: {
        tenant_id: item.tenantId,
        delivery_id: item.deliveryId,
        number: item.number,
        webhook_id: item.target.webhookId,
        outcome: verdict.outcome,
        status_code: exchange.statusCode,
        error: exchange.error,
        request_headers: exchange.requestHeaders,
        response_headers: exchange.responseHeaders,
        response_body: exchange.responseBody,
        duration_ms: exchange.durationMs,
        started_at: exchange.startedAt,
        next_attempt_at: dueAt ?? null,
        process_id: process.id,
      },
    };
    if (dueAt !== undefined) {
      result.wait = {
        ...place,
        webhookId: item.target.webhookId,
        attempt: item.number + 1,
        dueAt,
        lane: 'retry',
      };
    } else if (item.fence > 0 || orphaned.has(item.deliveryId)) result.end = place;
    if (verdict.disable !== undefined) {
      result.disable = {
        tenantId: item.tenantId,
        webhookId: item.target.webhookId,
        traceId: item.traceId,
        reason: verdict.disable,
      };
    }
    return result;
  }

  function unsendable(row: ClaimedRow, why: string): void {
    recorder.add({
      deliveryId: row.delivery_id,
      attempt: {
        tenant_id: row.tenant_id,
        delivery_id: row.delivery_id,
        number: row.attempt,
        webhook_id: row.webhook_id,
        outcome: 'exhausted',
        status_code: null,
        error: why,
        request_headers: {},
        response_headers: null,
        response_body: null,
        duration_ms: 0,
        started_at: clock.now(),
        next_attempt_at: null,
        process_id: process.id,
      },
      end: { tenantId: row.tenant_id, deliveryId: row.delivery_id, fence: row.fence },
    });
  }

  /** Puts what has not been sent into the queue, due at once. */
  function giveBack(items: readonly Outgoing[]): void {
    for (const item of items) {
      recorder.add({
        deliveryId: item.deliveryId,
        wait: {
          tenantId: item.tenantId,
          deliveryId: item.deliveryId,
          webhookId: item.target.webhookId,
          attempt: item.number,
          dueAt: clock.now(),
          lane: item.lane,
          fence: item.fence,
        },
      });
    }
  }

  function committed(results: readonly Result[]): void {
    let nextDue: Date | undefined;
    for (const { deliveryId, attempt, wait } of results) {
      backlog.leave(deliveryId);
      orphaned.delete(deliveryId);
      if (attempt !== undefined) announcer.deliveryChanged(attempt.tenant_id, attempt.webhook_id);
      if (wait !== undefined && (nextDue === undefined || wait.dueAt < nextDue)) nextDue = wait.dueAt;
    }
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

  async function tick(): Promise<void> {
    process.setLowWater(backlog.lowWater());
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
    for (const item of unsent) backlog.leave(item.deliveryId);
    for (const id of backlog.ids()) orphaned.add(id);
  });

  return {
    matchDeliveries: acceptor.matchDeliveries,
    start() {
      if (running || options.sends === false) return;
      running = true;
      sender.start();
      poller.start();
      timer = setTimeout(() => void tick(), tickMs).unref();
    },
    async stop(graceMs = 25_000) {
      const wasRunning = running;
      running = false;
      clearTimeout(timer);
      if (!wasRunning) return true;
      await poller.stop();
      giveBack(sender.recall());
      giveBack(await sender.stop(graceMs));
      // Handed over by transactions that were open until now.
      giveBack(sender.recall());
      const written = await recorder.drain(Math.max(graceMs, 1_000));
      recorder.close();
      announcer.flush();
      process.setLowWater(backlog.lowWater());
      return written;
    },
    isOverloaded: () => backlog.isFull || recorder.size >= limits.unrecorded,
    isOverloadedBy: (tenantId) => backlog.isFullFor(tenantId),
    webhookChanged(webhookId) {
      giveBack(sender.recall(webhookId));
    },
    wake: () => poller.wake(),
    poll: () => poller.poll(),
    async idle() {
      if (held() === 0) return;
      await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
    counts: () => ({ accepted: backlog.size, inFlight: sender.inFlight, unrecorded: recorder.size }),
  };
}
