import type { ChildProcess } from 'node:child_process';
import { Fifo } from '../kernel/index.ts';
import { startTransformProcess } from './start-transform-process.ts';
import type { TransformAnswer, TransformQuestion } from './transform-message.ts';

/** What a transform came to. */
export type Transformed =
  | { kind: 'given'; body: string }
  | { kind: 'nothing' }
  /** The expression is at fault. In words, for the tenant. */
  | { kind: 'failed'; message: string; position: number | null }
  /** Trouble of our own kept it from being run: it says nothing about the expression. In words, for the tenant. */
  | { kind: 'unavailable'; message: string };

export interface Transformer {
  /**
   * Runs an expression over an event's body. Never rejects: what goes wrong is an outcome.
   *
   * @param asked.body JSON
   */
  run(asked: { tenantId: string; expression: string; body: string }): Promise<Transformed>;
  /** Whether an expression can be used at all: its language, and what it names. */
  check(asked: { tenantId: string; expression: string }): Promise<Transformed>;
  /** Ends the processes. What is asked from then on fails. */
  close(): void;
}

const mostBytes = 256 * 1024;
/** Beyond its own deadline a process gets so long to answer: one that is busy with memory hears no deadline. */
const patienceMs = 2_000;
const startMs = 20_000;
/** A tenant whose transform was cut off shares a process with others like it for so long. */
const suspectMs = 10 * 60_000;

/**
 * Runs tenants' transforms in processes of their own, each under a deadline and a limit of memory. Tenants take turns.
 * One whose transform was cut off is moved to a second process, so that those who behave wait for it once and no more.
 *
 * @param options.deadlineMs how long one may take
 */
export function createTransformer(options: { deadlineMs: number }): Transformer {
  const [trusted, suspect] = [new Runner(), new Runner()];
  /** Until when a tenant is under suspicion, in `performance.now()` milliseconds. */
  const suspects = new Map<string, number>();

  async function ask(tenantId: string, expression: string, body: string | null): Promise<Transformed> {
    const runner = (suspects.get(tenantId) ?? 0) > performance.now() ? suspect : trusted;
    const question = { tenantId, expression, body, deadlineMs: options.deadlineMs, mostBytes };
    const ran = await runner.ask(question);
    if (ran.cutOff) suspects.set(tenantId, performance.now() + suspectMs);
    else if (runner === trusted) suspects.delete(tenantId);
    return ran.outcome;
  }

  return {
    run: ({ tenantId, expression, body }) => ask(tenantId, expression, body),
    check: ({ tenantId, expression }) => ask(tenantId, expression, null),
    close() {
      trusted.close();
      suspect.close();
    },
  };
}

interface Ran {
  outcome: Transformed;
  cutOff: boolean;
}

interface Job {
  readonly question: TransformQuestion;
  readonly resolve: (ran: Ran) => void;
}

const cutOff = (message: string): Ran => ({
  outcome: { kind: 'failed', message, position: null },
  cutOff: true,
});

const notRun: Ran = {
  outcome: { kind: 'unavailable', message: 'Transforms cannot be run now.' },
  cutOff: false,
};
/** Its process went down with it, for whatever reason: apart from the others it is run the next time. */
const ended: Ran = {
  outcome: { kind: 'unavailable', message: 'The process that ran the transform was ended.' },
  cutOff: true,
};
const starved: Ran = {
  outcome: { kind: 'unavailable', message: 'The machine was too busy to run the transform.' },
  cutOff: false,
};
/** What ends a process from outside: a person, the system. An expression that needs too much ends it by others. */
const fromOutside: readonly (string | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** One process, started with the first question and anew after each that it did not survive. One question at a time. */
class Runner {
  readonly #waiting = new Map<string, Fifo<Job>>();
  #child: ChildProcess | undefined;
  #busy = false;
  #closed = false;

  ask(question: TransformQuestion): Promise<Ran> {
    return new Promise((resolve) => {
      const line = this.#waiting.get(question.tenantId) ?? new Fifo<Job>();
      line.push({ question, resolve });
      this.#waiting.set(question.tenantId, line);
      if (!this.#busy) void this.#work();
    });
  }

  close(): void {
    this.#closed = true;
    this.#child?.kill('SIGKILL');
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const child = await this.#ready();
      job.resolve(child === undefined ? notRun : await this.#put(child, job.question));
    }
    this.#busy = false;
  }

  /** The first of the tenant whose turn it is. */
  #next(): Job | undefined {
    for (const [tenantId, line] of this.#waiting) {
      const job = line.shift();
      this.#waiting.delete(tenantId);
      if (line.length > 0) this.#waiting.set(tenantId, line);
      return job;
    }
    return undefined;
  }

  async #ready(): Promise<ChildProcess | undefined> {
    if (this.#closed || this.#child !== undefined) return this.#child;
    const child = startTransformProcess();
    const started = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), startMs);
      const end = (ready: boolean) => {
        clearTimeout(timer);
        resolve(ready);
      };
      child.once('message', () => end(true));
      child.once('error', () => end(false));
      child.once('exit', () => {
        if (this.#child === child) this.#child = undefined;
        end(false);
      });
    });
    if (started && child.exitCode === null && child.signalCode === null) this.#child = child;
    if (this.#closed) child.kill('SIGKILL');
    return this.#child;
  }

  #put(child: ChildProcess, question: TransformQuestion): Promise<Ran> {
    return new Promise((resolve) => {
      // Only a question keeps our own process alive, not the one that waits for it.
      child.ref();
      child.channel?.ref();
      const end = (ran: Ran) => {
        child.unref();
        child.channel?.unref();
        clearTimeout(timer);
        child.off('message', onAnswer);
        child.off('exit', onExit);
        resolve(ran);
      };
      const onAnswer = (answer: unknown) => end(ranOf(answer as TransformAnswer, question.deadlineMs));
      let isTooLong = false;
      const onExit = (code: number | null, signal: string | null) => {
        if (this.#closed) end(notRun);
        else if (!isTooLong && (code !== null || fromOutside.includes(signal))) end(ended);
        else end(cutOff('It needs more memory or time than it may have'));
      };
      const timer = setTimeout(() => {
        isTooLong = true;
        child.kill('SIGKILL');
      }, question.deadlineMs + patienceMs);
      child.on('message', onAnswer);
      child.on('exit', onExit);
      // A process that has just ended tells so by its exit.
      child.send(question, () => {});
    });
  }
}

function ranOf(answer: TransformAnswer, deadlineMs: number): Ran {
  if (answer.kind === 'late') {
    if (answer.cpuMs < deadlineMs / 4) return starved;
    return cutOff(`It took longer than ${deadlineMs} ms`);
  }
  return { outcome: answer, cutOff: false };
}
