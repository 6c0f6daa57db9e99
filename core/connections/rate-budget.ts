import type { RateBudget } from '@mortise/providers/kit';
import { newId } from '../kernel/index.ts';
import { HeldSlots } from './held-slots.ts';
import { leaseMsOf, type Group, type SlotsAnswer, type SlotsAsk } from './judge-slots.ts';

/** Puts a question to the ledger of one budget, which all processes share. */
export type AskForSlots = (name: string, ask: SlotsAsk, budget: RateBudget) => Promise<SlotsAnswer>;

/** The first block is this part of a budget; each that follows doubles what is held. */
const firstPart = 1 / 10;
/** No wait is told that is shorter, but for a slot: the database may be away, and is not asked without a pause. */
const leastWaitMs = 20;

/** One budget as this process knows it. Times are milliseconds of its own clock. */
class Budget {
  readonly slots = new HeldSlots();
  /** The end of the lease of all its slots: from then on none may be used. */
  leaseEnds = -Infinity;
  renewAt = -Infinity;
  askedAt = -Infinity;
  term = 0;
  /** How many the last question did not get. */
  lacking = 0;
  limit = Infinity;
  /** Slots that came and were not used yet. */
  unused = 0;
  pausedUntil = -Infinity;
  asking: Promise<void> | undefined;

  /** @returns milliseconds until one more may go; 0 when it may now and has been counted; undefined without a slot */
  spend(perMs: number, now: number): number | undefined {
    if (this.pausedUntil > now) return this.pausedUntil - now;
    const freeAt = this.slots.at(0);
    if (freeAt === undefined || this.leaseEnds <= now) return undefined;
    // Whoever waits comes back in time to renew the lease: it would lapse else, and others take the slots over.
    if (freeAt > now) return Math.min(freeAt - now, Math.max(leastWaitMs, this.renewAt - now));
    this.slots.take();
    this.slots.add(now + perMs);
    this.unused = Math.max(0, this.unused - 1);
    return 0;
  }

  /** Whether half of what is held is in use, so that it is time to ask for more. */
  isLow(now: number): boolean {
    return (this.slots.at(this.slots.size >> 1) ?? Infinity) > now;
  }

  /** How many it may go on holding: one at least until it has been used. */
  keeps(): number {
    return Math.max(this.limit, this.unused > 0 ? 1 : 0);
  }

  /** Takes out what has to go back: what is over the limit while others wait, and what nobody has needed for a lease. */
  giveBack(leaseMs: number, now: number): Group[] {
    const keep = this.keeps();
    const given: Group[] = [];
    for (let first = this.slots.at(0); first !== undefined; first = this.slots.at(0)) {
      const idle = first < now - leaseMs && this.slots.size > 1;
      if (this.slots.size <= keep && !idle) break;
      this.slots.take();
      const inMs = Math.max(0, first - now);
      const last = given.at(-1);
      if (last?.[1] === inMs) last[0] += 1;
      else given.push([1, inMs]);
    }
    return given;
  }
}

/**
 * The budgets of everything this process talks to, by name, each shared with every process on the same database: in no
 * span of `perMs` go more than `requests` out, all processes together.
 *
 * What is shared are slots (see `judgeSlots`), lent in blocks and kept as long as they are used, so that a request asks
 * the database nothing: a process alone soon holds all of them and is as exact and as fast as with a budget of its own.
 */
export class RateBudgets {
  readonly #budgets = new Map<string, { budget: Budget; rate: RateBudget }>();
  readonly #owner = newId();
  readonly #ask: AskForSlots;
  readonly #elapsedMs: () => number;

  /** @param elapsedMs a clock that is never set: its beginning does not matter */
  constructor(ask: AskForSlots, elapsedMs: () => number) {
    this.#ask = ask;
    this.#elapsedMs = elapsedMs;
  }

  /**
   * Spends one request if it fits. One that has waited for the time told asks again, and may be told to wait on: others
   * were faster, or a lease had to be renewed meanwhile.
   *
   * @returns how long to wait otherwise, in milliseconds; 0 when it was spent
   * @throws what the database throws when there is no lease and none to be had
   */
  async spend(name: string, rate: RateBudget): Promise<number> {
    const budget = this.#budget(name, rate);
    const before = this.#elapsedMs();
    if (budget.leaseEnds <= before || budget.slots.size === 0) {
      if (budget.pausedUntil > before) return budget.pausedUntil - before;
      if (this.#mayAsk(budget, rate, before)) await this.#exchange(name, rate, budget);
    } else if (before >= budget.renewAt || (budget.isLow(before) && this.#mayAsk(budget, rate, before))) {
      // Ahead of the need, and nobody waits for it: should it fail, whoever finds no lease is told.
      this.#exchange(name, rate, budget).catch(() => undefined);
    }
    let waitMs = this.#take(name, rate, budget);
    if (waitMs !== 0 && budget.pausedUntil <= before) {
      // Who has to wait anyway waits for the question that is on its way, and puts one that may bring more.
      if (budget.asking !== undefined) await budget.asking.catch(() => undefined);
      else if (this.#mayAsk(budget, rate, this.#elapsedMs())) await this.#exchange(name, rate, budget);
      waitMs = this.#take(name, rate, budget);
    }
    return waitMs ?? pollMs(rate);
  }

  /** Lets nothing out for a while: the provider has said so. Others learn it with their next question, in half a lease. */
  async pause(name: string, rate: RateBudget, ms: number): Promise<void> {
    const budget = this.#budget(name, rate);
    budget.pausedUntil = Math.max(budget.pausedUntil, this.#elapsedMs() + ms);
    await this.#settled(budget);
    // Without the database the others learn it from the provider, as this one did.
    await this.#exchange(name, rate, budget, { pauseMs: ms }).catch(() => undefined);
  }

  /** Gives everything back, when the process is about to end: what it does not, lapses. */
  async giveBack(): Promise<void> {
    const now = this.#elapsedMs();
    const leased = [...this.#budgets].filter(([, { budget }]) => budget.leaseEnds > now);
    await Promise.allSettled(
      leased.map(async ([name, { budget, rate }]) => {
        await this.#settled(budget);
        budget.limit = 0;
        budget.unused = 0;
        await this.#exchange(name, rate, budget, { want: 0 });
      }),
    );
  }

  #budget(name: string, rate: RateBudget): Budget {
    let known = this.#budgets.get(name);
    if (known === undefined) {
      known = { budget: new Budget(), rate };
      this.#budgets.set(name, known);
    }
    return known.budget;
  }

  /** When no question is on its way: the next is then one of one's own. */
  async #settled(budget: Budget): Promise<void> {
    while (budget.asking !== undefined) await budget.asking.catch(() => undefined);
  }

  #take(name: string, rate: RateBudget, budget: Budget): number | undefined {
    const waitMs = budget.spend(rate.perMs, this.#elapsedMs());
    // Others wait, and have to be given what is over this process's share, or its only slot once it had its turn.
    if (budget.slots.size > budget.keeps()) {
      this.#exchange(name, rate, budget, { want: 0 }).catch(() => undefined);
    }
    return waitMs;
  }

  /** More can be had, as far as is known, and the last question is not so recent that its answer still holds. */
  #mayAsk({ slots, limit, lacking, askedAt, leaseEnds }: Budget, rate: RateBudget, now: number): boolean {
    if (leaseEnds <= now) return askedAt + pollMs(rate) <= now || lacking === 0;
    if (slots.size >= Math.min(rate.requests, Math.max(1, limit))) return false;
    return lacking === 0 || askedAt + pollMs(rate) <= now;
  }

  #exchange(
    name: string,
    rate: RateBudget,
    budget: Budget,
    more: { want?: number; pauseMs?: number } = {},
  ): Promise<void> {
    budget.asking ??= this.#exchangeNow(name, rate, budget, more).finally(
      () => void (budget.asking = undefined),
    );
    return budget.asking;
  }

  async #exchangeNow(
    name: string,
    rate: RateBudget,
    budget: Budget,
    { want, pauseMs }: { want?: number; pauseMs?: number },
  ): Promise<void> {
    const leaseMs = leaseMsOf(rate);
    const asked = this.#elapsedMs();
    budget.askedAt = asked;
    const low = budget.slots.size === 0 || budget.isLow(asked);
    const give = budget.giveBack(leaseMs, asked);
    const have = budget.slots.size;
    const grown = low ? Math.max(2 * have, Math.ceil(rate.requests * firstPart)) : have;
    const wanted = want ?? Math.min(rate.requests, grown);
    const ask = {
      owner: this.#owner,
      term: budget.term,
      have,
      give,
      want: wanted,
      ...(pauseMs === undefined ? {} : { pauseMs }),
    };
    const { term, kept, granted, limit, pausedMs } = await this.#ask(name, ask, rate);
    const now = this.#elapsedMs();
    while (budget.slots.size > kept) budget.slots.take();
    for (const [slots, inMs] of granted) {
      budget.slots.addMany(slots, now + inMs);
      budget.unused += slots;
    }
    budget.unused = Math.min(budget.unused, budget.slots.size);
    budget.term = term;
    budget.limit = limit;
    budget.lacking = Math.max(0, wanted - budget.slots.size);
    // Counted from before the question was put: the database's clock read its time after that.
    budget.leaseEnds = asked + leaseMs;
    budget.renewAt = asked + leaseMs / 2;
    if (pausedMs > 0) budget.pausedUntil = Math.max(budget.pausedUntil, now + pausedMs);
  }
}

/** How often a process that lacks slots asks again. */
function pollMs({ perMs }: RateBudget): number {
  return Math.min(250, Math.max(leastWaitMs, perMs / 4));
}
