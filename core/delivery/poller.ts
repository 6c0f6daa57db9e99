import type { Database, Tx } from '@mortise/platform/database';
import type { RunningProcess } from '@mortise/platform/processes';
import type { Logger } from '@mortise/platform/telemetry';
import { publicId, traceIdOf, type Clock } from '../kernel/index.ts';
import { buildBody } from './build-body.ts';
import type { DeliveryLimits } from './limits.ts';
import type { Lane, Outgoing } from './outgoing.ts';
import { advanceCircuit } from './circuit-store.ts';
import type { Circuits } from './circuits.ts';
import {
  beginning,
  claimHeads,
  claimLines,
  freeLapsed,
  readLines,
  readNextDue,
  readOrderedLines,
  readSoonest,
  type Claim,
  type Place,
} from './claim-store.ts';
import { halfOpen, isShut, type Circuit } from './judge-circuit.ts';
import {
  freeClaims,
  holdClaimed,
  readContents,
  renewClaims,
  type ClaimedContent,
  type ClaimedRow,
} from './pipeline-store.ts';
import type { Sender } from './sender.ts';
import { shareClaims, type DueLine } from './share-claims.ts';
import type { Target, Targets } from './target.ts';

export interface PollerOptions {
  db: Database;
  process: RunningProcess;
  sender: Sender;
  targets: Targets;
  circuits: Circuits;
  clock: Clock;
  limits: DeliveryLimits;
  logger: Logger;
  /** Whether new claims may be made at all. */
  mayClaim: () => boolean;
  /** How much of a webhook's concurrency is this process's: where that is nothing, it claims nothing. */
  shareOf: (webhookId: string, concurrency: number) => number;
  /** Told that a webhook's circuit is half open now. */
  probing: (tenantId: string, webhookId: string) => void;
  /** Told of a claimed delivery that can never be sent, and why. */
  unsendable: (row: ClaimedRow, never: Never) => void;
}

/** What a claim turns out to be, once its event and its webhook have been read. */
type Judged = { send: Outgoing } | { hold: true } | { free: true } | { never: Never };

/** Why a delivery can never be sent, and whether that is a failure. */
export interface Never {
  why: string;
  outcome: 'exhausted' | 'skipped';
}

const mostAtOnce = 256;
/** How many webhooks, and of each how many keys, one look at the queue comes by. */
const [linesAtOnce, orderedAtOnce, keysAtOnce] = [256, 64, 256];
/** What a probe may take besides its time-out, waiting for its turn included, before it is taken for lost. */
const probeMarginMs = 70_000;
/** A webhook of which this process may send none is looked at again after so long. */
const foreignMs = 5_000;

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
  /** How far each tour of the queue has come. */
  readonly #places: Record<Lane | 'ordered', Place> = {
    first: beginning,
    retry: beginning,
    ordered: beginning,
  };
  /** Whether one of them has not come to its end. */
  #touring = false;
  /** Webhooks of which other processes have all there is to send, and until when that is believed. */
  readonly #foreign = new Map<string, number>();
  /** What this process has claimed and has no committed end for, by delivery. */
  readonly #claims = new Map<string, Pick<ClaimedRow, 'tenant_id' | 'delivery_id' | 'fence'>>();
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

  /** What became of a claim is committed: it need not be renewed. */
  ended(deliveryId: string, fence: number): void {
    if (this.#claims.get(deliveryId)?.fence === fence) this.#claims.delete(deliveryId);
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
      if (taken > 0 || this.#again || this.#touring) nextMs = 0;
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
    this.#touring = false;
    let taken = 0;
    for (const kind of ['first', 'retry', 'ordered'] as const)
      if (this.#options.mayClaim()) taken += await this.#take(kind);
    return taken;
  }

  async #renew(): Promise<void> {
    const { db, process, limits } = this.#options;
    const asked = performance.now();
    if (asked < this.#renewedAt + limits.leaseMs / 3) return;
    await db.engine(async (tx) => {
      // None but those we know of: where the answer to a claim's commit was lost it may stand, and has to lapse.
      await renewClaims(tx, process.id, [...this.#claims.values()], limits.leaseMs);
      await freeLapsed(tx);
    });
    this.#renewedAt = asked;
  }

  async #take(kind: Lane | 'ordered'): Promise<number> {
    const { db, process, sender, clock, limits } = this.#options;
    const waiting = sender.waitingClaims(kind === 'ordered' ? 'first' : kind);
    const count = Math.min(mostAtOnce, limits.claims - waiting);
    if (count <= 0) return 0;
    const asked = performance.now();
    const now = clock.now();
    const taken = await db.engine(async (tx) => {
      const shares = shareClaims(await this.#lines(tx, kind, now), count, limits.webhookClaims);
      if (shares.length === 0) return undefined;
      const claim: Claim = { processId: process.id, now, leaseMs: limits.leaseMs, shares };
      const rows =
        kind === 'ordered'
          ? await claimHeads(tx, { ...claim, from: randomKey(), keysPerWebhook: keysAtOnce })
          : await claimLines(tx, kind, claim);
      return rows.length === 0 ? undefined : this.#prepare(tx, rows, asked + this.#trustMs);
    });
    if (taken === undefined) return 0;
    const { items, never, probes } = taken;
    for (const claim of [...items.map(claimOf), ...never.map(({ row }) => row)])
      this.#claims.set(claim.delivery_id, claim);
    for (const { row, circuit } of probes) {
      this.#options.circuits.adopt(row.webhook_id, circuit);
      this.#options.probing(row.tenant_id, row.webhook_id);
    }
    for (const one of never) this.#options.unsendable(one.row, one.never);
    if (this.#stopped) await db.engine((tx) => freeClaims(tx, items.map(claimOf)));
    else sender.add(items);
    return items.length + never.length;
  }

  /** The webhooks of which something may be claimed now. */
  async #lines(tx: Tx, kind: Lane | 'ordered', now: Date): Promise<DueLine[]> {
    const passOver = this.#passOver(now);
    const wanted = (lines: readonly DueLine[]) => lines.filter((line) => !passOver.has(line.webhook_id));
    if (kind === 'ordered') {
      const lines = await readOrderedLines(tx, this.#places.ordered, orderedAtOnce);
      this.#goOn(kind, lines, orderedAtOnce);
      return wanted(lines);
    }
    // Mostly little is due, and what is due longest is all of it.
    const soonest = await readSoonest(tx, kind, now, linesAtOnce);
    if (soonest.all) return wanted(soonest.lines);
    // Else those behind it get their turns too, however much there is before them.
    const tour = await readLines(tx, kind, now, this.#places[kind], linesAtOnce);
    this.#goOn(kind, tour, linesAtOnce);
    const met = new Set(tour.map((line) => line.webhook_id));
    const others = soonest.lines.filter((line) => !met.has(line.webhook_id));
    return wanted([...tour.filter((line) => line.due), ...others]);
  }

  #goOn(kind: Lane | 'ordered', lines: readonly DueLine[], count: number): void {
    const last = lines.length === count ? lines.at(-1) : undefined;
    this.#places[kind] = last ?? beginning;
    this.#touring ||= last !== undefined;
  }

  #passOver(now: Date): Set<string> {
    const { sender, circuits } = this.#options;
    for (const [webhookId, until] of this.#foreign)
      if (until <= performance.now()) this.#foreign.delete(webhookId);
    return new Set([...sender.webhooksWithEnough(), ...circuits.shut(now), ...this.#foreign.keys()]);
  }

  async #prepare(tx: Tx, rows: readonly ClaimedRow[], claimedUntil: number) {
    const contents = await readContents(tx, rows, this.#options.clock.now());
    const byDelivery = new Map(contents.map((content) => [content.delivery_id, content]));
    const items: Outgoing[] = [];
    const never: { row: ClaimedRow; never: Never }[] = [];
    const [hold, free]: [ClaimedRow[], ClaimedRow[]] = [[], []];
    const probes: { row: ClaimedRow; circuit: Circuit }[] = [];
    // The longest due first: it is what a circuit is probed with.
    for (const row of rows.toSorted((one, other) => one.due_at.getTime() - other.due_at.getTime())) {
      const judged = await this.#judge(tx, row, byDelivery.get(row.delivery_id), claimedUntil);
      if ('never' in judged) never.push({ row, never: judged.never });
      else if ('hold' in judged) hold.push(row);
      else if ('free' in judged) free.push(row);
      else {
        const { target } = judged.send;
        const passes = await this.#passCircuit(tx, row, target, byDelivery.get(row.delivery_id), probes);
        if (passes === 'not') free.push(row);
        else items.push(passes === 'probe' ? { ...judged.send, probe: true } : judged.send);
      }
    }
    if (hold.length > 0) await holdClaimed(tx, hold);
    if (free.length > 0) await freeClaims(tx, free);
    return { items, never, probes };
  }

  /** Whether a webhook's circuit lets a delivery through: any while it is closed, one when its pause is over. */
  async #passCircuit(
    tx: Tx,
    row: ClaimedRow,
    target: Target,
    content: ClaimedContent | undefined,
    probes: { row: ClaimedRow; circuit: Circuit }[],
  ): Promise<'yes' | 'probe' | 'not'> {
    const { circuits, clock } = this.#options;
    if (probes.some((probe) => probe.row.webhook_id === row.webhook_id)) return 'not';
    const circuit = circuits.learn(row.webhook_id, content?.circuit ?? null);
    const now = clock.now();
    if (circuit.state === 'closed') return 'yes';
    if (isShut(circuit, now.getTime())) return 'not';
    const half = halfOpen(circuit, now.getTime(), target.settings.timeoutMs + probeMarginMs);
    const change = { tenantId: row.tenant_id, webhookId: row.webhook_id, circuit: half };
    if (!(await advanceCircuit(tx, change))) {
      // Another process was first, or the database has lost what this one knows: what the row says next holds.
      circuits.forget(row.webhook_id);
      return 'not';
    }
    probes.push({ row, circuit: half });
    return 'probe';
  }

  async #judge(
    tx: Tx,
    row: ClaimedRow,
    content: ClaimedContent | undefined,
    claimedUntil: number,
  ): Promise<Judged> {
    if (content === undefined || content.url === null || content.deleted)
      return { never: { why: 'The webhook was deleted.', outcome: 'skipped' } };
    if (content.event_id === null) return failed('The event is past its retention.');
    if (content.erased) return failed('The data of the event was erased on request.');
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
      return failed('The signing secret could not be read. Rotate it, then send again.');
    }
    if (this.#options.shareOf(row.webhook_id, target.settings.concurrency) === 0) {
      this.#foreign.set(row.webhook_id, performance.now() + foreignMs);
      return { free: true };
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
        ordered: row.ordered,
        setbacks: row.setbacks,
        probe: false,
      },
    };
  }
}

const failed = (why: string): Judged => ({ never: { why, outcome: 'exhausted' } });

/** Anywhere among the keys, which are hashes. */
const randomKey = () =>
  Math.floor(Math.random() * 0xffffffff)
    .toString(16)
    .padStart(8, '0');

/** The claim behind an item. */
function claimOf(item: Outgoing): Pick<ClaimedRow, 'tenant_id' | 'delivery_id' | 'fence'> {
  return { tenant_id: item.tenantId, delivery_id: item.deliveryId, fence: item.fence };
}
