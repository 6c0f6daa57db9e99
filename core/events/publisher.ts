import { Turns } from '../kernel/index.ts';
import type { Answer, Publication } from './publication.ts';
import { stopping, tooMuchWaits } from './publish-errors.ts';

/** What may wait for its commit at a time, in one process. */
export interface PublisherLimits {
  events: number;
  bytes: number;
  /** Of one commit. */
  groupEvents: number;
  groupBytes: number;
}

const defaultLimits: PublisherLimits = {
  events: 10_000,
  bytes: 64 * 1024 * 1024,
  groupEvents: 1_000,
  groupBytes: 8 * 1024 * 1024,
};

export interface PublisherOptions {
  /** Commits what many requests publish; an answer or an error for each. */
  write: (group: readonly Publication[]) => Promise<(Answer | Error)[]>;
  /** Whether so much waits to be sent for a tenant that nothing may be added. */
  isOverloaded: (tenantId: string) => boolean;
  limits?: Partial<PublisherLimits>;
}

/**
 * Where so many shared a commit, most of those who were just answered have more to publish: the next commit waits for
 * them a moment, and costs less each. Fewer have theirs at once.
 */
const [manyRequests, gatherMs] = [10, 3];
/** Commits at a time: while one waits for the disk another is made. */
const mostAtOnce = 2;

interface Waiting {
  publication: Publication;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

interface Held {
  events: number;
  bytes: number;
}

/**
 * Lets many requests share a commit: what arrives while two run goes into the next, and with fewer running a request
 * has its commit at once. Tenants take turns, a request each, so that none waits behind another's flood. What is under
 * way at the same time has no order; whoever publishes after an answer comes after what it answers.
 *
 * A tenant may hold as much as is still free ("dynamic threshold", Choudhury and Hahne, 1998): alone half of all
 * there is, with n others a share like theirs, and always something is left for one who comes anew. Past it the
 * answer is 429, before anything is written.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #limits: PublisherLimits;
  readonly #waiting = new Turns<Waiting>();
  readonly #held = new Map<string, Held>();
  readonly #all: Held = { events: 0, bytes: 0 };
  #running = 0;
  #whenDone: (() => void) | undefined;
  #stopped = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** How many events have no commit yet. */
  get size(): number {
    return this.#all.events;
  }

  /**
   * @returns once it is committed
   * @throws MortiseError `overloaded` before anything was done, or what was wrong with it; any other error leaves open
   *   whether it was committed, and the same again with the same names finds out
   */
  async publish(publication: Publication): Promise<Answer> {
    const { tenantId } = publication;
    if (this.#stopped) throw stopping();
    if (this.#options.isOverloaded(tenantId) || !this.#hasRoom(publication)) throw tooMuchWaits();
    this.#hold(publication, 1);
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#waiting.push(tenantId, { publication, resolve, reject });
        if (this.#running < mostAtOnce) void this.#run();
      });
    } finally {
      this.#hold(publication, -1);
    }
  }

  /** Takes nothing more, and resolves once all that was taken has its answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#whenDone = resolve));
  }

  #hasRoom({ tenantId, drafts, size }: Publication): boolean {
    const held = this.#held.get(tenantId) ?? { events: 0, bytes: 0 };
    // Beside nothing of its own anything may be taken that fits: a large batch must not be refused for ever.
    const fits = (own: number, all: number, more: number, most: number) =>
      all + more <= most && (own === 0 || own + more <= most - all);
    return (
      fits(held.events, this.#all.events, drafts.length, this.#limits.events) &&
      fits(held.bytes, this.#all.bytes, size, this.#limits.bytes)
    );
  }

  #hold({ tenantId, drafts, size }: Publication, sign: 1 | -1): void {
    let held = this.#held.get(tenantId);
    if (held === undefined) this.#held.set(tenantId, (held = { events: 0, bytes: 0 }));
    for (const sum of [held, this.#all]) {
      sum.events += sign * drafts.length;
      sum.bytes += sign * size;
    }
    if (held.events === 0) this.#held.delete(tenantId);
  }

  async #run(): Promise<void> {
    this.#running += 1;
    // What has been read from the sockets in the same turn shares the first commit already.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#next();
      const publications = group.map(({ publication }) => publication);
      // Whatever it was that went wrong, nobody may be left waiting, and the next commit has to come.
      const answers = await this.#options
        .write(publications)
        .catch((error: unknown) =>
          group.map(() => (error instanceof Error ? error : new Error(String(error)))),
        );
      for (const [index, { resolve, reject }] of group.entries()) {
        const answer = answers[index] ?? new Error('A request was left without an answer');
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      }
      if (group.length >= manyRequests && this.#waiting.length < group.length)
        await new Promise<void>((resolve) => setTimeout(resolve, gatherMs));
    }
    this.#running -= 1;
    if (this.#running === 0) this.#whenDone?.();
  }

  /** Takes requests in turns of the tenants until the commit is large enough. */
  #next(): Waiting[] {
    const group: Waiting[] = [];
    let [events, bytes] = [0, 0];
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      const { drafts, size } = next.publication;
      const isFull =
        events + drafts.length > this.#limits.groupEvents || bytes + size > this.#limits.groupBytes;
      if (group.length > 0 && isFull) break;
      this.#waiting.shift();
      group.push(next);
      events += drafts.length;
      bytes += size;
    }
    return group;
  }
}
