import { Chain, Fifo, Turns, type Clock, type Link } from '../kernel/index.ts';
import type { HeldFor } from './held-store.ts';
import type { DeliveryLimits } from './limits.ts';
import type { Lane, Outgoing } from './outgoing.ts';
import { noPermits, type Held, type Permits } from './permits.ts';
import type { RateLimit } from './rate-window.ts';
import type { Target } from './target.ts';

/** Everything that waits for one webhook, and what is on its way there. */
interface Line {
  readonly tenantId: string;
  readonly webhookId: string;
  /** Of its newest version, for its limits. */
  target: Target;
  /** Of the oldest version that anything waits with. */
  oldest: Target;
  permits: Held;
  readonly waiting: Record<Lane, Fifo<Outgoing>>;
  /** Whether the lane's round has it. */
  readonly inRound: Record<Lane, boolean>;
  quick: number;
  slow: number;
  /** By the clock: nothing is sent before. */
  restsUntil: number;
  /** Ticks since it was last asked for. */
  idleTicks: number;
}

interface Flight extends Link<Flight> {
  readonly item: Outgoing;
  readonly line: Line;
  readonly startedAt: number;
  /** Whether the webhook had no quick answer to show when it began. */
  readonly untried: boolean;
  slow: boolean;
  abandoned: boolean;
}

export interface SenderOptions {
  /** Makes one attempt and hands on what came of it; never rejects. */
  send: (item: Outgoing, abandoned: () => boolean) => Promise<void>;
  /** Asked before each send: whether new ones may start. */
  mayStart: () => boolean;
  /** How much of a webhook's concurrency is this process's. */
  shareOf: (webhookId: string, concurrency: number) => number;
  permits: Pick<Permits, 'take'>;
  limits: DeliveryLimits;
  clock: Clock;
}

const lanes: readonly Lane[] = ['first', 'retry'];
const tickMs = 250;
/** A webhook's line that holds nothing is kept so long: most are soon wanted again. */
const mostIdleTicks = 40;
/** Sends at a time to a webhook of which no quick answer is known. */
const untriedConcurrency = 4;
const mostProven = 50_000;
/** How much of a webhook that is held up stays in memory; and of a limited one, what it may send in so long. */
const [stuckMemory, limitedMemorySeconds] = [64, 2];

/**
 * Decides what is sent next. Tenants take turns, and each tenant's webhooks within them, one send a turn, so that
 * none waits for another's backlog; each lane has slots of its own. A send that is slow gives its slot back and its
 * webhook gets one at a time from then on: endpoints that hang keep nobody waiting but themselves. However many
 * hang: past `slowConcurrency` of them, webhooks of which no quick answer is known share a quarter of the slots.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #lines = new Map<string, Line>();
  readonly #rounds: Record<Lane, Turns<Line>> = { first: new Turns(), retry: new Turns() };
  readonly #quick: Record<Lane, number> = { first: 0, retry: 0 };
  /** How many of those are to webhooks of which no quick answer is known. */
  readonly #untried: Record<Lane, number> = { first: 0, retry: 0 };
  /** Webhooks whose last answer was quick. */
  readonly #proven = new Set<string>();
  /** In flight, oldest first; the slow ones apart, so that a look at the oldest suffices. */
  readonly #flying = new Chain<Flight>();
  readonly #slow = new Chain<Flight>();
  readonly #waiting: Record<Lane, number> = { first: 0, retry: 0 };
  readonly #claims: Record<Lane, number> = { first: 0, retry: 0 };
  #timer: NodeJS.Timeout | undefined;
  #tickedAt = 0;
  #stopped = false;
  #pumpAsked = false;
  #whenLanded: (() => void) | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#tickedAt = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  get inFlight(): number {
    return this.#flying.size + this.#slow.size;
  }

  /** How many wait in a lane. */
  waiting(lane: Lane): number {
    return this.#waiting[lane];
  }

  /** How many of those were claimed from the queue. */
  waitingClaims(lane: Lane): number {
    return this.#claims[lane];
  }

  /** The webhooks of which nothing more is to be claimed now: enough waits, or it would wait for long. */
  webhooksWithEnough(): string[] {
    return [...this.#lines.values()]
      .filter((line) => waitingIn(line) >= this.#enough(line))
      .map((line) => line.webhookId);
  }

  /** How many of a webhook's deliveries may be in memory, from acceptance to the commit of their result. */
  roomFor({ webhookId, settings }: Target): number {
    const { webhookMemory } = this.#options.limits;
    const line = this.#lines.get(webhookId);
    if (line !== undefined && this.#isStuck(line)) return Math.min(stuckMemory, webhookMemory);
    return Math.min(limitedTo(settings.rateLimit), webhookMemory);
  }

  add(items: readonly Outgoing[]): void {
    for (const item of items) {
      const line = this.#lineOf(item);
      if (waitingIn(line) === 0 || item.target.version < line.oldest.version) line.oldest = item.target;
      line.waiting[item.lane].push(item);
      this.#count(item, 1);
      this.#join(line, item.lane);
    }
    this.pump();
  }

  /** The webhooks for which something waits, each as the oldest of it would be sent. */
  waitingFor(): HeldFor[] {
    return [...this.#lines.values()]
      .filter((line) => waitingIn(line) > 0)
      .map(({ tenantId, oldest }) => ({ tenantId, target: oldest }));
  }

  /** Takes back what has not been sent yet: of one webhook, or of all. */
  recall(webhookId?: string): Outgoing[] {
    const lines = webhookId === undefined ? [...this.#lines.values()] : [this.#lines.get(webhookId)];
    return lines.flatMap((line) => {
      if (line === undefined) return [];
      const items = lanes.flatMap((lane) => {
        const drained = line.waiting[lane].drain();
        for (const item of drained) this.#count(item, -1);
        return drained;
      });
      this.#drop(line);
      return items;
    });
  }

  /** Takes back what waits for webhooks of which other processes have all there is to send by now. */
  recallForeign(): Outgoing[] {
    return [...this.#lines.values()]
      .filter((line) => waitingIn(line) > 0 && this.#shareOf(line) === 0)
      .flatMap((line) => this.recall(line.webhookId));
  }

  /** Sends nothing more to a webhook for so long. */
  rest(item: Outgoing, ms: number): void {
    const line = this.#lineOf(item);
    line.restsUntil = Math.max(line.restsUntil, this.#options.clock.now().getTime() + ms);
  }

  /** Looks again at a webhook that had to wait for something other than its own sends. */
  resume(webhookId: string): void {
    const line = this.#lines.get(webhookId);
    if (line === undefined) return;
    for (const lane of lanes) this.#join(line, lane);
    this.pump();
  }

  /** Starts what may start, once the code that is running has ended. */
  pump(): void {
    if (this.#pumpAsked) return;
    this.#pumpAsked = true;
    queueMicrotask(() => {
      this.#pumpAsked = false;
      this.#startAll();
    });
  }

  /**
   * Sends nothing new and waits for what is in flight.
   *
   * @returns what had not ended in time; whatever comes of it is not recorded, so somebody has to send it again
   */
  async stop(graceMs: number): Promise<Outgoing[]> {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.inFlight > 0) {
      const landed = new Promise<void>((resolve) => (this.#whenLanded = resolve));
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
      await Promise.race([landed, patience]);
      clearTimeout(timer);
    }
    const left = [...this.#flying, ...this.#slow];
    for (const flight of left) flight.abandoned = true;
    return left.map((flight) => flight.item);
  }

  #startAll(): void {
    for (const lane of lanes) {
      const slots = slotsOf(lane, this.#options.limits);
      const round = this.#rounds[lane];
      while (this.#quick[lane] < slots && round.length > 0) {
        if (this.#stopped || !this.#options.mayStart()) return;
        const line = round.shift()!;
        line.inRound[lane] = false;
        // A line that may not send now comes back into the round when one of its sends ends, or its rest does.
        if (line.waiting[lane].length === 0 || !this.#maySend(line, lane)) continue;
        const item = line.waiting[lane].shift();
        if (item === undefined) continue;
        this.#count(item, -1);
        this.#fly(item, line);
        this.#join(line, lane);
      }
    }
  }

  #count(item: Outgoing, by: 1 | -1): void {
    this.#waiting[item.lane] += by;
    if (item.fence > 0) this.#claims[item.lane] += by;
  }

  #maySend(line: Line, lane: Lane): boolean {
    const { permits, clock, limits } = this.#options;
    const { settings } = line.target;
    if (line.restsUntil > clock.now().getTime()) return false;
    if (line.slow > 0 && line.quick > 0) return false;
    const untried = !this.#proven.has(line.webhookId);
    if (untried && line.quick >= untriedConcurrency) return false;
    if (untried && this.#slow.size >= limits.slowConcurrency && this.#untried[lane] >= quarter(lane, limits))
      return false;
    if (line.quick + line.slow >= this.#shareOf(line)) return false;
    const { tenantId, webhookId } = line;
    const limit = settings.rateLimit;
    return (
      limit === null || permits.take(line.permits, { tenantId, webhookId, limit }, line.waiting[lane].length)
    );
  }

  #shareOf({ webhookId, target }: Line): number {
    return this.#options.shareOf(webhookId, target.settings.concurrency);
  }

  /** Whether it will be long before what waits for it is sent. */
  #isStuck(line: Line): boolean {
    return line.slow > 0 || line.restsUntil > this.#options.clock.now().getTime();
  }

  #enough(line: Line): number {
    if (this.#isStuck(line)) return 1;
    return Math.min(limitedTo(line.target.settings.rateLimit), this.#options.limits.webhookClaims);
  }

  #fly(item: Outgoing, line: Line): void {
    const untried = !this.#proven.has(line.webhookId);
    const startedAt = performance.now();
    const flight: Flight = { item, line, startedAt, untried, slow: false, abandoned: false };
    this.#flying.add(flight);
    this.#slot(flight, 1);
    line.quick += 1;
    void this.#options.send(item, () => flight.abandoned).finally(() => this.#land(flight));
  }

  #land(flight: Flight): void {
    const { line } = flight;
    if (flight.slow) {
      this.#slow.delete(flight);
      line.slow -= 1;
    } else {
      this.#flying.delete(flight);
      this.#slot(flight, -1);
      line.quick -= 1;
      this.#prove(line.webhookId);
    }
    for (const lane of lanes) this.#join(line, lane);
    if (this.inFlight === 0) this.#whenLanded?.();
    this.pump();
  }

  #tick(): void {
    const now = performance.now();
    const late = now - this.#tickedAt - tickMs;
    this.#tickedAt = now;
    // When this process itself stood still its endpoints are not slow for it: their answers may be here unread.
    const since = now - this.#options.limits.slowAfterMs - (late > tickMs ? Infinity : 0);
    for (const flight of this.#flying) {
      if (flight.startedAt > since) break;
      this.#flying.delete(flight);
      this.#slow.add(flight);
      flight.slow = true;
      this.#slot(flight, -1);
      this.#proven.delete(flight.line.webhookId);
      flight.line.quick -= 1;
      flight.line.slow += 1;
    }
    for (const line of this.#lines.values()) {
      for (const lane of lanes) this.#join(line, lane);
      line.idleTicks += 1;
      if (line.idleTicks > mostIdleTicks) this.#drop(line);
    }
    this.pump();
  }

  /** Takes or gives back the slot of a send that is not slow. */
  #slot({ item, untried }: Flight, by: 1 | -1): void {
    this.#quick[item.lane] += by;
    if (untried) this.#untried[item.lane] += by;
  }

  #prove(webhookId: string): void {
    if (this.#proven.has(webhookId)) return;
    const [oldest] = this.#proven;
    if (oldest !== undefined && this.#proven.size >= mostProven) this.#proven.delete(oldest);
    this.#proven.add(webhookId);
  }

  #lineOf({ tenantId, target }: Outgoing): Line {
    const { webhookId } = target;
    let line = this.#lines.get(webhookId);
    if (line === undefined) {
      line = {
        tenantId,
        webhookId,
        target,
        oldest: target,
        permits: noPermits(),
        waiting: { first: new Fifo(), retry: new Fifo() },
        inRound: { first: false, retry: false },
        quick: 0,
        slow: 0,
        restsUntil: 0,
        idleTicks: 0,
      };
      this.#lines.set(webhookId, line);
    }
    line.idleTicks = 0;
    if (target.version > line.target.version) {
      line.target = target;
      // Permits of another limit, and when there are more of them, say nothing of this one's.
      line.permits = noPermits();
    }
    return line;
  }

  #join(line: Line, lane: Lane): void {
    if (line.inRound[lane] || line.waiting[lane].length === 0) return;
    line.inRound[lane] = true;
    this.#rounds[lane].push(line.tenantId, line);
  }

  /** Forgets a line that holds nothing and need not be remembered as resting. */
  #drop(line: Line): void {
    if (waitingIn(line) + line.quick + line.slow > 0) return;
    if (line.inRound.first || line.inRound.retry || line.restsUntil > this.#options.clock.now().getTime())
      return;
    this.#lines.delete(line.webhookId);
  }
}

const waitingIn = (line: Line) => line.waiting.first.length + line.waiting.retry.length;

function slotsOf(lane: Lane, limits: DeliveryLimits): number {
  return lane === 'first' ? limits.firstConcurrency : limits.retryConcurrency;
}

const quarter = (lane: Lane, limits: DeliveryLimits) => Math.max(1, slotsOf(lane, limits) >> 2);

/** What a limit lets go in a short while: more of it need not be in memory. */
function limitedTo(limit: RateLimit | null): number {
  if (limit === null) return Infinity;
  return Math.max(1, Math.ceil((limit.requests / limit.perSeconds) * limitedMemorySeconds));
}
