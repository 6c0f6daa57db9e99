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

/**
 * What this process knows of webhooks' circuits: what the rows told, and what follows from its own sends. Of two
 * accounts the one with more transitions holds; with as many, the row's.
 */
export class Circuits {
  readonly #rules: CircuitRules;
  readonly #known = new Map<string, { circuit: Circuit; tally: Tally }>();
  /** Those that are not closed, so that they are found without a look at all. */
  readonly #troubled = new Set<string>();

  constructor(rules: CircuitRules) {
    this.#rules = rules;
  }

  of(webhookId: string): Circuit {
    return this.#known.get(webhookId)?.circuit ?? closedCircuit;
  }

  isShut(webhookId: string, now: Date): boolean {
    return this.#troubled.has(webhookId) && isShut(this.of(webhookId), now.getTime());
  }

  isClosed(webhookId: string): boolean {
    return !this.#troubled.has(webhookId);
  }

  /** The webhooks to which nothing may be sent now. */
  shut(now: Date): string[] {
    return [...this.#troubled].filter((webhookId) => isShut(this.of(webhookId), now.getTime()));
  }

  /** Takes over what the webhook's row says, unless this process knows of something later. @returns what holds */
  learn(webhookId: string, stored: Circuit | null): Circuit {
    const known = this.of(webhookId);
    const told = stored ?? closedCircuit;
    if (told.transitions < known.transitions || (told === closedCircuit && known.transitions === 0))
      return known;
    if (told.transitions > known.transitions || known.state !== told.state) this.#keep(webhookId, told);
    return this.of(webhookId);
  }

  /** Takes over what another process did first. */
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
    this.#known.set(webhookId, { circuit, tally });
    if (circuit.state === 'closed') this.#troubled.delete(webhookId);
    else this.#troubled.add(webhookId);
  }

  /** What is forgotten of an open one its row tells again. */
  #forgetOldest(): void {
    const [oldest] = this.#known.keys();
    if (oldest === undefined) return;
    this.#known.delete(oldest);
    this.#troubled.delete(oldest);
  }
}
