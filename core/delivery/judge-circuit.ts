/**
 * A webhook's circuit: whether it is sent to at all. What is stored is all but the tally, which each process keeps
 * for itself of the sends that it made.
 */
export interface Circuit {
  state: 'closed' | 'open' | 'half_open';
  /** How many transitions there were: of two accounts the one with more is the later. */
  transitions: number;
  /** Milliseconds since 1970, as all times here. */
  since: number | null;
  /** Open: when a probe may be made. Half-open: when whoever makes it is taken for gone. */
  until: number | null;
  /** What failed, in words. */
  reason: string | null;
  /** How often it opened since the last success. */
  opened: number;
  /** What has failed since the last success; null when nothing has. */
  failing: { since: number; attempts: number } | null;
}

/** Sends of one process while the circuit is closed: all of them in two halves of the rules' span. */
export interface Tally {
  consecutive: number;
  from: number;
  halves: readonly [Half, Half];
}
interface Half {
  calls: number;
  failures: number;
}

export interface CircuitRules {
  /** So many failures with no success between them open it, */
  consecutive: number;
  /** and so does a share of failures among at least so many calls in so long. */
  share: number;
  calls: number;
  spanMs: number;
  /** How long it is open the first time, twice as long each time after, up to the longest. Up to half less by chance. */
  pauseMs: number;
  longestPauseMs: number;
  /** Failing so long, with so many attempts and not one success, the webhook is disabled. */
  disableAfterMs: number;
  disableAttempts: number;
}

export const circuitRules: CircuitRules = {
  consecutive: 8,
  share: 0.6,
  calls: 20,
  spanMs: 60_000,
  pauseMs: 5_000,
  longestPauseMs: 15 * 60_000,
  disableAfterMs: 5 * 86_400_000,
  disableAttempts: 20,
};

export const closedCircuit: Circuit = {
  state: 'closed',
  transitions: 0,
  since: null,
  until: null,
  reason: null,
  opened: 0,
  failing: null,
};

const nothing: Half = { calls: 0, failures: 0 };
export const emptyTally: Tally = { consecutive: 0, from: 0, halves: [nothing, nothing] };

export type CircuitEvent =
  /** An answer that shows that the endpoint works: success, or that it wants less (429). */
  | { kind: 'success'; at: number }
  /** @param probe whether it was the one send that a half-open circuit had let through */
  | { kind: 'failure'; at: number; reason: string; probe: boolean };

export interface CircuitVerdict {
  circuit: Circuit;
  tally: Tally;
  /** Why the webhook is to be disabled, in words. */
  disable?: string;
}

/**
 * What a send's outcome does to the circuit: closed -> open when too much fails; half-open -> open again, for longer,
 * when the probe fails; and closed from anywhere as soon as anything succeeds.
 *
 * @param random between 0 and 1
 */
export function judgeCircuit(
  before: { circuit: Circuit; tally: Tally },
  event: CircuitEvent,
  rules: CircuitRules,
  random: number = Math.random(),
): CircuitVerdict {
  const { circuit } = before;
  if (event.kind === 'success') {
    const tally = add({ ...before.tally, consecutive: 0 }, event.at, false, rules);
    if (circuit.state === 'closed')
      return { circuit: circuit.failing === null ? circuit : { ...circuit, failing: null }, tally };
    const { transitions } = circuit;
    const closed = { ...closedCircuit, transitions: transitions + 1, since: event.at };
    return { circuit: closed, tally: emptyTally };
  }
  const failing = {
    since: circuit.failing?.since ?? event.at,
    attempts: (circuit.failing?.attempts ?? 0) + 1,
  };
  const tally = add(before.tally, event.at, true, rules);
  const opens =
    circuit.state === 'closed' ? tooMuchFails(tally, rules) : circuit.state === 'half_open' && event.probe;
  if (!opens) return { circuit: { ...circuit, failing }, tally };
  const pauseMs = Math.min(rules.pauseMs * 2 ** Math.min(circuit.opened, 30), rules.longestPauseMs);
  const open: Circuit = {
    state: 'open',
    transitions: circuit.transitions + 1,
    since: event.at,
    until: event.at + Math.round(pauseMs * (0.5 + random / 2)),
    reason: event.reason,
    opened: circuit.opened + 1,
    failing,
  };
  const hopeless =
    event.at - failing.since >= rules.disableAfterMs && failing.attempts >= rules.disableAttempts;
  if (!hopeless) return { circuit: open, tally: emptyTally };
  const days = Math.floor((event.at - failing.since) / 86_400_000);
  const disable = `Every attempt of the last ${days} days failed (${failing.attempts}), the last one: ${event.reason}`;
  return { circuit: open, tally: emptyTally, disable };
}

/** Whether nothing may be sent now, not even a probe. */
export function isShut(circuit: Circuit, now: number): boolean {
  return circuit.state !== 'closed' && now < (circuit.until ?? 0);
}

/**
 * The circuit as it is while a probe is made. To be stored where the one it follows still stands, by which one process
 * gets it.
 *
 * @param leaseMs past it the probe is taken for lost, and another may be made
 */
export function halfOpen(circuit: Circuit, now: number, leaseMs: number): Circuit {
  return {
    ...circuit,
    state: 'half_open',
    transitions: circuit.transitions + 1,
    since: now,
    until: now + leaseMs,
  };
}

/** The circuit after a probe that was not made: open, and whoever is next may make it. */
export function openAgain(circuit: Circuit, now: number): Circuit {
  if (circuit.state !== 'half_open') return circuit;
  return { ...circuit, state: 'open', transitions: circuit.transitions + 1, until: now };
}

function add(tally: Tally, at: number, failed: boolean, rules: CircuitRules): Tally {
  const halfMs = rules.spanMs / 2;
  const passed = Math.floor((at - tally.from) / halfMs);
  let { from, halves } = tally;
  if (passed >= 1 || passed < 0) {
    from = at;
    halves = [nothing, passed === 1 ? halves[0] : nothing];
  }
  const [latest, earlier] = halves;
  const counted = { calls: latest.calls + 1, failures: latest.failures + (failed ? 1 : 0) };
  const consecutive = failed ? tally.consecutive + 1 : tally.consecutive;
  return { consecutive, from, halves: [counted, earlier] };
}

function tooMuchFails({ consecutive, halves: [latest, earlier] }: Tally, rules: CircuitRules): boolean {
  const calls = latest.calls + earlier.calls;
  const share = (latest.failures + earlier.failures) / calls;
  return consecutive >= rules.consecutive || (calls >= rules.calls && share >= rules.share);
}
