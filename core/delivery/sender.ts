import type { Clock } from '../kernel/index.ts';
import { Fifo } from './fifo.ts';
import type { DeliveryLimits } from './limits.ts';
import type { Lane, Outgoing } from './outgoing.ts';

/** Everything that waits for one webhook, and what is on its way there. */
interface Line {
  readonly webhookId: string;
  readonly waiting: Record<Lane, Fifo<Outgoing>>;
  /** Whether the lane's round has it. */
  readonly inRound: Record<Lane, boolean>;
  quick: number;
  slow: number;
  /** By the clock: nothing is sent before. */
  restsUntil: number;
}

interface Flight {
  readonly item: Outgoing;
  readonly line: Line;
  readonly startedAt: number;
  slow: boolean;
  abandoned: boolean;
}

export interface SenderOptions {
  /** Makes one attempt and hands on what came of it; never rejects. */
  send: (item: Outgoing, abandoned: () => boolean) => Promise<void>;
  /** Asked before each send: whether new ones may start. */
  mayStart: () => boolean;
  limits: DeliveryLimits;
  clock: Clock;
}

const lanes: readonly Lane[] = ['first', 'retry'];
const tickMs = 250;

/**
 * Decides what is sent next. Webhooks take turns, one send a turn, so that none waits for another's backlog; each
 * lane has slots of its own. A send that is slow gives its slot back and its webhook gets one at a time from then
 * on: endpoints that hang keep nobody waiting but themselves.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #lines = new Map<string, Line>();
  readonly #rounds: Record<Lane, Fifo<Line>> = { first: new Fifo(), retry: new Fifo() };
  readonly #quick: Record<Lane, number> = { first: 0, retry: 0 };
  /** In flight, oldest first; the slow ones apart, so that a look at the oldest suffices. */
  readonly #flying = new Set<Flight>();
  readonly #slow = new Set<Flight>();
  readonly #waiting: Record<Lane, number> = { first: 0, retry: 0 };
  readonly #claims: Record<Lane, number> = { first: 0, retry: 0 };
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #pumpAsked = false;
  #whenLanded: (() => void) | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  start(): void {
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

  /** How many wait for one webhook, both lanes together. */
  waitingFor(webhookId: string): number {
    const line = this.#lines.get(webhookId);
    return line === undefined ? 0 : line.waiting.first.length + line.waiting.retry.length;
  }

  /** The webhooks for which at least so many wait. */
  webhooksWith(count: number): string[] {
    return [...this.#lines.keys()].filter((webhookId) => this.waitingFor(webhookId) >= count);
  }

  add(items: readonly Outgoing[]): void {
    for (const item of items) {
      const line = this.#lineOf(item.target.webhookId);
      line.waiting[item.lane].push(item);
      this.#count(item, 1);
      this.#join(line, item.lane);
    }
    this.pump();
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

  /** Sends nothing more to a webhook for so long. */
  rest(webhookId: string, ms: number): void {
    const line = this.#lineOf(webhookId);
    line.restsUntil = Math.max(line.restsUntil, this.#options.clock.now().getTime() + ms);
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
      const slots =
        lane === 'first' ? this.#options.limits.firstConcurrency : this.#options.limits.retryConcurrency;
      const round = this.#rounds[lane];
      while (this.#quick[lane] < slots && round.length > 0) {
        if (this.#stopped || !this.#options.mayStart()) return;
        const line = round.shift()!;
        line.inRound[lane] = false;
        // A line that may not send now comes back into the round when one of its sends ends, or its rest does.
        if (!this.#maySend(line)) continue;
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

  #maySend(line: Line): boolean {
    if (line.restsUntil > this.#options.clock.now().getTime()) return false;
    if (line.quick + line.slow >= this.#options.limits.webhookConcurrency) return false;
    return line.slow === 0 || line.quick === 0;
  }

  #fly(item: Outgoing, line: Line): void {
    const flight: Flight = { item, line, startedAt: performance.now(), slow: false, abandoned: false };
    this.#flying.add(flight);
    this.#quick[item.lane] += 1;
    line.quick += 1;
    void this.#options.send(item, () => flight.abandoned).finally(() => this.#land(flight));
  }

  #land(flight: Flight): void {
    const { line, item } = flight;
    if (flight.slow) {
      this.#slow.delete(flight);
      line.slow -= 1;
    } else {
      this.#flying.delete(flight);
      this.#quick[item.lane] -= 1;
      line.quick -= 1;
    }
    for (const lane of lanes) this.#join(line, lane);
    this.#drop(line);
    if (this.inFlight === 0) this.#whenLanded?.();
    this.pump();
  }

  #tick(): void {
    const since = performance.now() - this.#options.limits.slowAfterMs;
    for (const flight of this.#flying) {
      if (flight.startedAt > since || this.#slow.size >= this.#options.limits.slowConcurrency) break;
      this.#flying.delete(flight);
      this.#slow.add(flight);
      flight.slow = true;
      this.#quick[flight.item.lane] -= 1;
      flight.line.quick -= 1;
      flight.line.slow += 1;
    }
    for (const line of this.#lines.values()) {
      for (const lane of lanes) this.#join(line, lane);
      this.#drop(line);
    }
    this.pump();
  }

  #lineOf(webhookId: string): Line {
    let line = this.#lines.get(webhookId);
    if (line === undefined) {
      line = {
        webhookId,
        waiting: { first: new Fifo(), retry: new Fifo() },
        inRound: { first: false, retry: false },
        quick: 0,
        slow: 0,
        restsUntil: 0,
      };
      this.#lines.set(webhookId, line);
    }
    return line;
  }

  #join(line: Line, lane: Lane): void {
    if (line.inRound[lane] || line.waiting[lane].length === 0) return;
    line.inRound[lane] = true;
    this.#rounds[lane].push(line);
  }

  /** Forgets a line that holds nothing and need not be remembered as resting. */
  #drop(line: Line): void {
    if (line.waiting.first.length + line.waiting.retry.length + line.quick + line.slow > 0) return;
    if (line.inRound.first || line.inRound.retry || line.restsUntil > this.#options.clock.now().getTime())
      return;
    this.#lines.delete(line.webhookId);
  }
}
