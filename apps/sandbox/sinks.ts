export interface SinkRequest {
  id: number;
  at: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** The raw body, base64: signatures are over its bytes. */
  body: string;
  answered: number;
}

/** How a sink answers; the usual is 204 at once. */
export interface SinkAnswer {
  status: number;
  retryAfter?: string;
  delayMs?: number;
  /** For this many requests, then the usual; until changed when absent. */
  times?: number;
}

const KEPT = 1000;

/** Named places that take webhooks, keep the last 1,000 of each, and answer as told. */
export class Sinks {
  readonly #received = new Map<string, SinkRequest[]>();
  readonly #answers = new Map<string, SinkAnswer>();
  readonly #counts = new Map<string, number>();

  receive(name: string, request: Omit<SinkRequest, 'id' | 'answered' | 'at'>): SinkAnswer {
    const answer = this.#answers.get(name) ?? { status: 204 };
    if (answer.times !== undefined) {
      answer.times--;
      if (answer.times <= 0) this.#answers.delete(name);
    }
    const id = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, id);
    const received = this.#received.get(name) ?? [];
    received.push({ id, at: new Date().toISOString(), ...request, answered: answer.status });
    if (received.length > KEPT) received.shift();
    this.#received.set(name, received);
    return answer;
  }

  list(): { name: string; count: number; answer?: SinkAnswer; lastAt?: string }[] {
    return [...new Set([...this.#received.keys(), ...this.#answers.keys()])].map((name) => {
      const [answer, lastAt] = [this.#answers.get(name), this.#received.get(name)?.at(-1)?.at];
      return {
        name,
        count: this.#counts.get(name) ?? 0,
        ...(answer === undefined ? {} : { answer }),
        ...(lastAt === undefined ? {} : { lastAt }),
      };
    });
  }

  /** Requests of one sink with an id past `after`, oldest first. */
  read(name: string, after = 0): SinkRequest[] {
    return (this.#received.get(name) ?? []).filter((request) => request.id > after);
  }

  setAnswer(name: string, answer: SinkAnswer | undefined): void {
    if (answer === undefined) this.#answers.delete(name);
    else this.#answers.set(name, { ...answer });
  }

  clear(name?: string): void {
    for (const map of [this.#received, this.#answers, this.#counts]) {
      if (name === undefined) map.clear();
      else map.delete(name);
    }
  }
}
