import {
  closedCircuit,
  emptyTally,
  isShut,
  judgeCircuit,
  type Circuit,
  type CircuitEvent,
  type CircuitRules,
  type CircuitVerdict,
  type Tally,
} from './judge-circuit.ts';

const mostKept = 20_000;
/** How long a circuit is taken to be shut without a look at its row: others may have closed it meanwhile. */
const trustedMs = 30_000;

/**
 * What this process knows of webhooks' circuits: what the rows told, and what follows from its own sends. Of two
 * accounts the one with more transitions holds; with as many, the row's.
 */
export class Circuits {
  readonly #rules: CircuitRules;
  readonly #known = new Map<string, { circuit: Circuit; tally: Tally; learntAt: number }>();
  /** Those that are not closed, so that they are found without a look at all. */
  readonly #troubled = new Set<string>();

  constructor(rules: CircuitRules) {
    this.#rules = rules;
  }

  of(webhookId: string): Circuit {
    return this.#known.get(webhookId)?.circuit ?? closedCircuit;
  }

  isClosed(webhookId: string): boolean {
    return !this.#troubled.has(webhookId);
  }

  /** The webhooks to which nothing may be sent now. */
  shut(now: Date): string[] {
    const since = performance.now() - trustedMs;
    return [...this.#troubled].filter((webhookId) => {
      const known = this.#known.get(webhookId);
      return known !== undefined && known.learntAt > since && isShut(known.circuit, now.getTime());
    });
  }

  /** Takes over what the webhook's row says, unless this process knows of something later. @returns what holds */
  learn(webhookId: string, stored: Circuit | null): Circuit {
    const known = this.of(webhookId);
    const told = stored ?? closedCircuit;
    if (told.transitions < known.transitions || (told === closedCircuit && known.transitions === 0))
      return known;
    if (told.transitions > known.transitions || known.state !== told.state) this.#keep(webhookId, told);
    const kept = this.#known.get(webhookId);
    if (kept !== undefined) kept.learntAt = performance.now();
    return this.of(webhookId);
  }

  /** Somebody changed the webhook: what its row says next holds. */
  forget(webhookId: string): void {
    this.#known.delete(webhookId);
    this.#troubled.delete(webhookId);
  }

  /** Takes over what was stored. */
  adopt(webhookId: string, circuit: Circuit): void {
    this.#keep(webhookId, circuit);
  }

  /** @returns what follows; `changed` when it is to be stored */
  report(webhookId: string, event: CircuitEvent): CircuitVerdict & { changed: boolean } {
    const before = this.#known.get(webhookId) ?? { circuit: closedCircuit, tally: emptyTally };
    const verdict = judgeCircuit(before, event, this.#rules);
    this.#keep(webhookId, verdict.circuit, verdict.tally);
    return { ...verdict, changed: verdict.circuit.transitions !== before.circuit.transitions };
  }

  #keep(webhookId: string, circuit: Circuit, tally: Tally = emptyTally): void {
    if (!this.#known.has(webhookId) && this.#known.size >= mostKept) this.#forgetOldest();
    this.#known.set(webhookId, { circuit, tally, learntAt: performance.now() });
    if (circuit.state === 'closed') this.#troubled.delete(webhookId);
    else this.#troubled.add(webhookId);
  }

  /** What is forgotten of an open one its row tells again. */
  #forgetOldest(): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.forget(oldest);
  }
}
