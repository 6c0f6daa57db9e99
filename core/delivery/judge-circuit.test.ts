import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  closedCircuit,
  emptyTally,
  halfOpen,
  isShut,
  judgeCircuit,
  openAgain,
  type Circuit,
  type CircuitRules,
  type Tally,
} from './judge-circuit.ts';

const rules: CircuitRules = {
  consecutive: 4,
  share: 0.6,
  calls: 10,
  spanMs: 60_000,
  pauseMs: 1_000,
  longestPauseMs: 60_000,
  disableAfterMs: 600_000,
  disableAttempts: 8,
};

/** What one process does: it sends when the circuit lets it, and holds at most one probe. */
interface Real {
  circuit: Circuit;
  tally: Tally;
  now: number;
  disabled: string | undefined;
}

/** What is known from outside: how the sends went, and nothing of how the machine counts. */
interface Model {
  /** Failures since the last success, over all states. */
  failures: number;
  failingSince: number | undefined;
  /** Of sends while closed, since it last closed: when and how they went. */
  calls: { at: number; failed: boolean }[];
  openings: number;
  pauseEnds: number;
}

type Command = fc.Command<Model, Real>;

function apply(model: Model, real: Real, failed: boolean, probe: boolean, random: number): void {
  const before = real.circuit;
  const event = failed
    ? ({ kind: 'failure', at: real.now, reason: 'It said 500.', probe } as const)
    : ({ kind: 'success', at: real.now } as const);
  const verdict = judgeCircuit(real, event, rules, random);
  [real.circuit, real.tally] = [verdict.circuit, verdict.tally];
  if (before.state === 'closed') model.calls.push({ at: real.now, failed });
  if (!failed) {
    Object.assign(model, { failures: 0, failingSince: undefined, openings: 0 });
    if (before.state !== 'closed') model.calls = [];
    expect(real.circuit.state).toBe('closed');
    expect(verdict.disable).toBeUndefined();
    return;
  }
  model.failures += 1;
  model.failingSince ??= real.now;
  const opened = real.circuit.state === 'open' && real.circuit.transitions > before.transitions;
  const inARow = model.calls.slice(-rules.consecutive);
  if (before.state === 'closed') {
    const all = inARow.length === rules.consecutive && inARow.every((call) => call.failed);
    if (all) expect(opened).toBe(true);
    // Without a row of failures it takes a share of them: never fewer than that of the least count of calls.
    else if (opened) expect(model.calls.filter((call) => call.failed).length).toBeGreaterThanOrEqual(6);
    if (model.calls.filter((call) => call.failed).length < rules.consecutive) expect(opened).toBe(false);
  } else expect(opened).toBe(before.state === 'half_open' && probe);
  if (opened) {
    model.calls = [];
    const pauseMs = real.circuit.until! - real.now;
    const whole = Math.min(rules.pauseMs * 2 ** model.openings, rules.longestPauseMs);
    expect(pauseMs).toBeGreaterThanOrEqual(Math.floor(whole / 2));
    expect(pauseMs).toBeLessThanOrEqual(whole);
    model.openings += 1;
    model.pauseEnds = real.circuit.until!;
    const hopeless =
      real.now - model.failingSince >= rules.disableAfterMs && model.failures >= rules.disableAttempts;
    expect(verdict.disable !== undefined).toBe(hopeless);
    real.disabled ??= verdict.disable;
  } else expect(verdict.disable).toBeUndefined();
}

class Send implements Command {
  readonly failed: boolean;
  readonly random: number;
  constructor(failed: boolean, random: number) {
    [this.failed, this.random] = [failed, random];
  }
  check = () => true;
  run(model: Model, real: Real): void {
    // While it is not closed this is a send that was in flight already: it is no probe.
    apply(model, real, this.failed, false, this.random);
  }
  toString = () => (this.failed ? 'fail' : 'succeed');
}

class Pass implements Command {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = () => true;
  run(_: Model, real: Real): void {
    real.now += this.ms;
  }
  toString = () => `pass ${this.ms}`;
}

class Probe implements Command {
  readonly outcome: 'fails' | 'succeeds' | 'is not made' | 'is lost';
  readonly random: number;
  constructor(outcome: Probe['outcome'], random: number) {
    [this.outcome, this.random] = [outcome, random];
  }
  check = () => true;
  run(model: Model, real: Real): void {
    tryProbe(model, real, this);
  }
  toString = () => `probe ${this.outcome}`;
}

function tryProbe(model: Model, real: Real, { outcome, random }: Probe): void {
  if (real.circuit.state === 'closed') return;
  if (isShut(real.circuit, real.now)) {
    expect(real.now).toBeLessThan(real.circuit.until!);
    return;
  }
  expect(real.now).toBeGreaterThanOrEqual(model.pauseEnds);
  const opened = real.circuit.opened;
  real.circuit = halfOpen(real.circuit, real.now, 500);
  // One at a time: while it is made nobody else may.
  expect(isShut(real.circuit, real.now + 499)).toBe(true);
  expect(real.circuit.opened).toBe(opened);
  if (outcome === 'is not made') real.circuit = openAgain(real.circuit, real.now);
  if (outcome === 'is lost') real.now += 500;
  if (outcome === 'is not made' || outcome === 'is lost') expect(isShut(real.circuit, real.now)).toBe(false);
  else apply(model, real, outcome === 'fails', true, random);
}

const chance = fc.double({ min: 0, max: 1, noNaN: true });
const commands = fc.commands(
  [
    fc.tuple(fc.boolean(), chance).map(([failed, random]) => new Send(failed, random)),
    fc.tuple(fc.constant(true), chance).map(([failed, random]) => new Send(failed, random)),
    fc.integer({ min: 1, max: 100_000 }).map((ms) => new Pass(ms)),
    fc
      .tuple(
        fc.constantFrom<Probe['outcome']>('fails', 'fails', 'succeeds', 'is not made', 'is lost'),
        chance,
      )
      .map(([outcome, random]) => new Probe(outcome, random)),
  ],
  { maxCommands: 200, size: 'max' },
);

test('a circuit opens by too many failures, pauses longer each time, probes with one at a time, closes by one success, and gives up only after days without one', () => {
  fc.assert(
    fc.property(commands, (list) => {
      fc.modelRun(
        () => ({
          model: { failures: 0, failingSince: undefined, calls: [], openings: 0, pauseEnds: 0 },
          real: { circuit: closedCircuit, tally: emptyTally, now: 1_000_000, disabled: undefined },
        }),
        list,
      );
    }),
    { numRuns: 300 },
  );
});

test('a share of failures among enough calls opens it, though successes stand between them', () => {
  let state: { circuit: Circuit; tally: Tally } = { circuit: closedCircuit, tally: emptyTally };
  for (let n = 0; n < 12 && state.circuit.state === 'closed'; n++) {
    const at = 1_000 + n;
    state = judgeCircuit(
      state,
      n % 3 === 2 ? { kind: 'success', at } : { kind: 'failure', at, reason: 'It said 500.', probe: false },
      rules,
    );
    expect(state.circuit.state).toBe(n < 9 ? 'closed' : 'open');
  }
  expect(state.circuit).toMatchObject({ state: 'open', reason: 'It said 500.' });
});

test('failures long ago do not count', () => {
  let state: { circuit: Circuit; tally: Tally } = { circuit: closedCircuit, tally: emptyTally };
  for (let n = 0; n < 40; n++) {
    const at = 1_000 + n * rules.spanMs;
    const kinds = n % 2 === 0;
    state = judgeCircuit(
      state,
      kinds ? { kind: 'failure', at, reason: 'no', probe: false } : { kind: 'success', at },
      rules,
    );
    expect(state.circuit.state).toBe('closed');
  }
});
