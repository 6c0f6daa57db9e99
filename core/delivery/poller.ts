import type { Database, Tx } from '@mortise/platform/database';
import type { RunningProcess } from '@mortise/platform/processes';
import type { Logger } from '@mortise/platform/telemetry';
import { publicId, traceIdOf, type Clock } from '../kernel/index.ts';
import { buildBody } from './build-body.ts';
import type { DeliveryLimits } from './limits.ts';
import type { Lane, Outgoing } from './outgoing.ts';
import {
  claimDue,
  freeClaims,
  holdClaimed,
  readContents,
  readNextDue,
  renewClaims,
  type ClaimedContent,
  type ClaimedRow,
} from './pipeline-store.ts';
import type { Sender } from './sender.ts';
import type { Target, Targets } from './target.ts';

export interface PollerOptions {
  db: Database;
  process: RunningProcess;
  sender: Sender;
  targets: Targets;
  clock: Clock;
  limits: DeliveryLimits;
  logger: Logger;
  /** Whether new claims may be made at all. */
  mayClaim: () => boolean;
  /** Told of a claimed delivery that can never be sent, and why. */
  unsendable: (row: ClaimedRow, why: string) => void;
}

/** What a claim turns out to be, once its event and its webhook have been read. */
type Judged = { send: Outgoing } | { hold: true } | { never: string };

const mostAtOnce = 256;

/**
 * Takes what is due out of the queue and gives it to the sender: retries, what was too much for a process's memory,
 * and what a dead one left. Woken when the next is due, when this process puts something in, and else once in a
 * while for what others have put in.
 */
export class Poller {
  readonly #options: PollerOptions;
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = Infinity;
  #polling: Promise<number> | undefined;
  #again = false;
  #renewedAt = 0;
  #stopped = true;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#sleep(0);
  }

  /** Claims nothing more; what has been claimed is the sender's. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#polling?.catch(() => {});
  }

  /** Looks at the queue soon, or when something is due. */
  wake(dueAt?: Date): void {
    if (this.#stopped) return;
    if (dueAt === undefined && this.#polling !== undefined) this.#again = true;
    else this.#sleep(dueAt === undefined ? 0 : dueAt.getTime() - this.#options.clock.now().getTime());
  }

  /** Looks at the queue now. @returns how many deliveries it took */
  async poll(): Promise<number> {
    while (this.#polling !== undefined) await this.#polling.catch(() => {});
    this.#polling = this.#pollOnce().finally(() => (this.#polling = undefined));
    return this.#polling;
  }

  /** Whether claims made at this moment of `performance.now()` are still surely ours. */
  isOurs(claimedUntil: number): boolean {
    return performance.now() < Math.max(claimedUntil, this.#renewedAt + this.#trustMs);
  }

  get #trustMs(): number {
    return this.#options.limits.leaseMs * 0.9;
  }

  #sleep(ms: number): void {
    const delayMs = Math.min(Math.max(0, ms), this.#options.limits.pollMs);
    const wakesAt = performance.now() + delayMs;
    if (this.#timer !== undefined && wakesAt >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = wakesAt;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#turn();
    }, delayMs).unref();
  }

  async #turn(): Promise<void> {
    this.#again = false;
    let nextMs = this.#options.limits.pollMs;
    try {
      const taken = await this.poll();
      if (taken > 0 || this.#again) nextMs = 0;
      else {
        const dueAt = await this.#options.db.engine(readNextDue);
        // What is due but was not taken has no room here now.
        if (dueAt !== undefined) nextMs = dueAt.getTime() - this.#options.clock.now().getTime();
        if (nextMs <= 0) nextMs = 100;
      }
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'The delivery queue cannot be read now');
    }
    if (!this.#stopped) this.#sleep(nextMs);
  }

  async #pollOnce(): Promise<number> {
    await this.#renew();
    let taken = 0;
    for (const lane of ['first', 'retry'] as const)
      if (this.#options.mayClaim()) taken += await this.#take(lane);
    return taken;
  }

  async #renew(): Promise<void> {
    const { db, process, limits } = this.#options;
    const asked = performance.now();
    if (asked < this.#renewedAt + limits.leaseMs / 3) return;
    await db.engine((tx) => renewClaims(tx, process.id, limits.leaseMs));
    this.#renewedAt = asked;
  }

  async #take(lane: Lane): Promise<number> {
    const { db, process, sender, clock, limits } = this.#options;
    const count = Math.min(mostAtOnce, limits.claims - sender.waitingClaims(lane));
    if (count <= 0) return 0;
    const asked = performance.now();
    const { items, never } = await db.engine(async (tx) => {
      const rows = await claimDue(tx, {
        processId: process.id,
        lane,
        now: clock.now(),
        count,
        perWebhook: limits.webhookClaims,
        leaseMs: limits.leaseMs,
        passOver: sender.webhooksWith(limits.webhookClaims),
      });
      return rows.length === 0 ? { items: [], never: [] } : this.#prepare(tx, rows, asked + this.#trustMs);
    });
    for (const { row, why } of never) this.#options.unsendable(row, why);
    if (this.#stopped) await db.engine((tx) => freeClaims(tx, items.map(claimOf)));
    else sender.add(items);
    return items.length + never.length;
  }

  async #prepare(tx: Tx, rows: readonly ClaimedRow[], claimedUntil: number) {
    const contents = await readContents(tx, rows, this.#options.clock.now());
    const byDelivery = new Map(contents.map((content) => [content.delivery_id, content]));
    const items: Outgoing[] = [];
    const never: { row: ClaimedRow; why: string }[] = [];
    const hold: ClaimedRow[] = [];
    for (const row of rows) {
      const judged = await this.#judge(tx, row, byDelivery.get(row.delivery_id), claimedUntil);
      if ('send' in judged) items.push(judged.send);
      else if ('hold' in judged) hold.push(row);
      else never.push({ row, why: judged.never });
    }
    if (hold.length > 0) await holdClaimed(tx, hold);
    return { items, never };
  }

  async #judge(
    tx: Tx,
    row: ClaimedRow,
    content: ClaimedContent | undefined,
    claimedUntil: number,
  ): Promise<Judged> {
    if (content === undefined || content.url === null || content.deleted)
      return { never: 'The webhook was deleted.' };
    if (content.event_id === null) return { never: 'The event is past its retention.' };
    if (content.erased) return { never: 'The data of the event was erased on request.' };
    if (content.status !== 'active') return { hold: true };
    let target: Target;
    try {
      const { url, version, settings, auth_secret, secret_ids, sealed } = content;
      const webhook = { id: row.webhook_id, url, version, settings, auth_secret, secret_ids, sealed };
      target = await this.#options.targets.open(tx, row.tenant_id, webhook);
    } catch (error) {
      this.#options.logger.error(
        { err: error, webhookId: row.webhook_id },
        'A secret of a webhook does not open',
      );
      return { never: 'The signing secret could not be read. Rotate it, then send again.' };
    }
    const messageId = publicId('event', content.event_id);
    return {
      send: {
        tenantId: row.tenant_id,
        deliveryId: row.delivery_id,
        target,
        messageId,
        traceId: traceIdOf(content.trace_id),
        body: Buffer.from(buildBody({ ...content, id: messageId, occurredAt: content.occurred_at })),
        number: row.attempt,
        lane: row.lane,
        fence: row.fence,
        claimedUntil,
      },
    };
  }
}

/** The claim behind an item. */
function claimOf(item: Outgoing): ClaimedRow {
  return {
    tenant_id: item.tenantId,
    delivery_id: item.deliveryId,
    webhook_id: item.target.webhookId,
    attempt: item.number,
    lane: item.lane,
    fence: item.fence,
  };
}
