import type { RateBudget } from '@mortise/providers/kit';

/** So many slots, from so many milliseconds on. */
export type Group = [slots: number, ms: number];

/**
 * Who has which slots of one budget. A slot is good for one request in any span of the budget's length, and there are
 * as many as requests fit into it: so long as each is in one hand, no span holds more. Times are milliseconds since 1970
 * by the database's clock.
 */
export interface Ledger {
  /** By process. `term`: its questions so far. `since`: from when on it has waited for slots that it is entitled to. */
  holders: Record<string, { slots: number; until: number; term: number; since: number | null }>;
  /** Slots in nobody's hand that were used, until when. */
  cooling: Group[];
  /** Nobody may send until then: the provider has said so to `by`. */
  pause: { until: number; ms: number; by: string } | null;
}

export const emptyLedger: Ledger = { holders: {}, cooling: [], pause: null };

export interface SlotsAsk {
  owner: string;
  /** Of the last answer that reached it; 0 before there was one. */
  term: number;
  /** Slots that it goes on holding. */
  have: number;
  /** Slots that it gives back, and how long each is still used up. */
  give: readonly Group[];
  /** How many it would hold in all. */
  want: number;
  /** The provider wants nobody to send for so long. */
  pauseMs?: number;
}

export interface SlotsAnswer {
  term: number;
  /** How many of those it had are still its own: fewer when its lease had lapsed. */
  kept: number;
  granted: Group[];
  /** How many it may hold as long as others wait; what is over it has to give back. */
  limit: number;
  /** How long another has asked for silence. */
  pausedMs: number;
}

/** Cooling slots are told apart no finer than this part of a span, so that a ledger stays small. */
const finest = 1 / 100;

/** How long slots are lent: a process that dies keeps others from its slots for no longer, and one span more. */
export function leaseMsOf({ perMs }: RateBudget): number {
  return Math.min(5_000, Math.max(1_000, perMs));
}

/**
 * Judges what one process asks of a budget that all share. Pure: someone else locks the ledger and keeps it.
 *
 * A slot changes hands only when it cannot have been used within the last span: given back with the time it still
 * needs, or, when a lease has lapsed, as if it had been used at the very end. Whoever waits gets an equal share, those
 * that hold more give back; where there are fewer slots than processes, they take turns.
 *
 * @param now by the database's clock; when it was set back, no time is taken to be further off than it could be
 */
export function judgeSlots(
  ledger: Ledger,
  ask: SlotsAsk,
  budget: RateBudget,
  now: number,
): { ledger: Ledger; answer: SlotsAnswer } {
  const { requests, perMs } = budget;
  const leaseMs = leaseMsOf(budget);
  const mine = ledger.holders[ask.owner] ?? { slots: 0, until: 0, term: 0, since: null };
  const others = new Map<string, Ledger['holders'][string]>();
  const cooling: Group[] = ledger.cooling.map(([slots, at]) => [slots, Math.min(at, now + leaseMs + perMs)]);

  for (const [owner, holder] of Object.entries(ledger.holders)) {
    if (owner === ask.owner) continue;
    const until = Math.min(holder.until, now + leaseMs);
    if (until > now) others.set(owner, { ...holder, until });
    else cooling.push([holder.slots, until + perMs]);
  }

  // After an answer that was lost the two know different things of the same slots: those count as used to the end of the
  // lease, since they may still be. What a lost question gave back was not used since.
  const agreed = mine.term === ask.term;
  const kept = agreed ? Math.min(mine.slots, ask.have) : 0;
  let left = mine.slots - kept;
  for (const [slots, inMs] of agreed ? ask.give.toSorted((a, b) => b[1] - a[1]) : []) {
    const taken = Math.min(slots, left);
    cooling.push([taken, now + Math.min(inMs, perMs)]);
    left -= taken;
  }
  cooling.push([left, agreed ? now + perMs : Math.min(mine.until, now + leaseMs) + perMs]);

  const waiting = [...others.values()].filter((one) => one.since !== null);
  const share = Math.floor(requests / (others.size + 1));
  const limit = waiting.length === 0 ? requests : share;
  const since = mine.since ?? now;
  const ahead = share > 0 ? 0 : waiting.filter((one) => (one.since ?? now) < since).length;
  // Where the budget was made smaller there may be more than it has: the last of them to have been used count.
  const held = kept + sum([...others.values()].map((one) => one.slots));
  const used = latest(
    cooling.filter(([, at]) => at > now),
    Math.max(0, requests - held),
  );
  const free = Math.max(0, requests - held - sum(used.map(([slots]) => slots)));
  const granted: Group[] = [];
  const rest: Group[] = [];
  let passed = ahead;
  let open = Math.max(0, Math.min(ask.want, Math.max(1, limit)) - kept);
  for (const [slots, at] of [[free, now] as const, ...used]) {
    const past = Math.min(slots, passed);
    const taken = Math.min(slots - past, open);
    passed -= past;
    open -= taken;
    if (taken > 0) granted.push([taken, at - now]);
    if (at > now && slots > taken) rest.push([slots - taken, at]);
  }

  const holds = kept + sum(granted.map(([slots]) => slots));
  const entitled = Math.min(ask.want, Math.max(1, share));
  const holders = Object.fromEntries(others);
  // Terms come from the clock, so that none comes back after its holder was forgotten.
  const term = Math.max(mine.term + 1, Math.floor(now));
  if (holds > 0 || ask.want > 0) {
    holders[ask.owner] = { slots: holds, until: now + leaseMs, term, since: holds < entitled ? since : null };
  }
  const pause = laterPause(ledger.pause, ask, now);
  return {
    ledger: { holders, cooling: merged(rest, perMs * finest), pause },
    answer: {
      term,
      kept,
      granted,
      limit,
      pausedMs: pause === null || pause.by === ask.owner ? 0 : pause.until - now,
    },
  };
}

/** When nothing in a ledger means anything any more. */
export function staleAt({ holders, cooling, pause }: Ledger, { perMs }: RateBudget): number {
  const leases = Object.values(holders).map((one) => one.until + perMs);
  return Math.max(0, pause?.until ?? 0, ...leases, ...cooling.map(([, at]) => at));
}

function laterPause(old: Ledger['pause'], { owner, pauseMs = 0 }: SlotsAsk, now: number): Ledger['pause'] {
  const until = old === null ? 0 : Math.min(old.until, now + old.ms);
  if (now + pauseMs > Math.max(until, now)) return { until: now + pauseMs, ms: pauseMs, by: owner };
  return old !== null && until > now ? { ...old, until } : null;
}

/** The `most` slots that are used up the longest, the soonest free first. */
function latest(groups: readonly Group[], most: number): Group[] {
  const kept: Group[] = [];
  let left = most;
  for (const [slots, at] of groups.toSorted((a, b) => b[1] - a[1])) {
    const some = Math.min(slots, left);
    left -= some;
    if (some > 0) kept.unshift([some, at]);
  }
  return kept;
}

/** Groups that end at about one time as one, never sooner than any of them. */
function merged(groups: readonly Group[], grainMs: number): Group[] {
  const byTime = new Map<number, number>();
  for (const [slots, at] of groups) {
    const rounded = Math.ceil(at / grainMs) * grainMs;
    byTime.set(rounded, (byTime.get(rounded) ?? 0) + slots);
  }
  return [...byTime].map(([at, slots]) => [slots, at]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((left, one) => left + one, 0);
}
