import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Execute, Queue, Tasks } from './port.ts';

/** The tasks that the suite's queues know; `hold` is also what a doomed worker takes and never finishes. */
export type SuitePayloads = { note: { text: string }; fail: { text: string }; hold: { text: string } };

export interface QueueHarness {
  /** A queue on the suite's database, migrated, not started. Several may be open at once, as processes would be. */
  open(tasks: Tasks<SuitePayloads>): Promise<Queue<SuitePayloads>>;
  /** Runs in one transaction: commits when the callback returns, rolls back when it throws. */
  transaction(run: (execute: Execute) => Promise<void>): Promise<void>;
  /** Starts another process with a worker for `hold` that never ends; resolves when it is ready for jobs. */
  startDoomedWorker(): Promise<{ tookJob: Promise<void>; kill(): Promise<void> }>;
}

interface Run {
  task: string;
  text: string;
  attempt: number;
  at: number;
  jobId: string;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 10 });

/** What every queue driver must do. Called inside a test file of the driver. */
export function queueConformance(harness: QueueHarness): void {
  const runs: Run[] = [];
  const opened: Queue<SuitePayloads>[] = [];
  let hold: (signal: AbortSignal) => Promise<void> = async () => undefined;

  async function open(): Promise<Queue<SuitePayloads>> {
    const note = (task: string, text: string, attempt: number, jobId: string): void =>
      void runs.push({ task, text, attempt, at: Date.now(), jobId });
    const queue = await harness.open({
      note: {
        maxAttempts: 3,
        handler: async ({ text }, { attempt, jobId }) => note('note', text, attempt, jobId),
      },
      fail: {
        maxAttempts: 2,
        handler: async ({ text }, { attempt, jobId }) => {
          note('fail', text, attempt, jobId);
          throw new Error('This task fails on purpose.');
        },
      },
      hold: {
        maxAttempts: 1,
        handler: async ({ text }, { attempt, jobId, signal }) => {
          note('hold', text, attempt, jobId);
          await hold(signal);
        },
      },
    });
    opened.push(queue);
    return queue;
  }
  const started = async (): Promise<Queue<SuitePayloads>> => {
    const queue = await open();
    await queue.start();
    return queue;
  };
  const texts = (): string[] => runs.map((run) => run.text);

  afterEach(async () => {
    hold = async () => undefined;
    for (const queue of opened.splice(0)) await queue.stop({ graceMs: 2_000 });
    runs.length = 0;
  });

  describe('a queue', () => {
    it('runs an added job, and only in a process that was started', async () => {
      const idle = await open();
      const id = await idle.add('note', { text: 'hello' });
      expect(idle.workerId()).toBeUndefined();
      await started();
      await until(() => expect(runs).toMatchObject([{ task: 'note', text: 'hello', attempt: 1, jobId: id }]));
    });

    it('starts a triggered job at once and not at the next poll', async () => {
      const queue = await started();
      await queue.add('note', { text: 'warm' });
      await until(() => expect(texts()).toContain('warm'));
      const addedAt = Date.now();
      await queue.add('note', { text: 'hot' });
      await until(() => expect(texts()).toContain('hot'));
      expect((runs.at(-1)?.at ?? Infinity) - addedAt).toBeLessThan(700);
    });

    it('replaces a waiting job of the same key', async () => {
      const queue = await open();
      await queue.add('note', { text: 'old' }, { jobKey: 'one' });
      await queue.add('note', { text: 'new' }, { jobKey: 'one' });
      await queue.add('note', { text: 'last' }, { priority: 10 });
      await queue.start();
      await until(() => expect(texts()).toContain('last'));
      expect(texts().toSorted()).toEqual(['last', 'new']);
    });

    it('runs no job before its time, and smaller priorities first', async () => {
      const queue = await open();
      const runAt = new Date(Date.now() + 1_500);
      await queue.add('note', { text: 'later' }, { runAt });
      await queue.add('note', { text: 'second' }, { priority: 5, queueName: 'line' });
      await queue.add('note', { text: 'first' }, { priority: 1, queueName: 'line' });
      await queue.start();
      await until(() => expect(texts()).toContain('later'));
      expect(texts()).toEqual(['first', 'second', 'later']);
      expect(runs.at(-1)?.at).toBeGreaterThanOrEqual(runAt.getTime());
    });

    it('tries a failed job again after a pause, and gives up after its attempts', async () => {
      const queue = await started();
      await queue.add('fail', { text: 'twice' });
      await until(() => expect(runs.map((run) => run.attempt)).toEqual([1, 2]));
      expect((runs[1]?.at ?? 0) - (runs[0]?.at ?? 0)).toBeGreaterThan(900);
      await queue.add('note', { text: 'after' }, { runAt: new Date(Date.now() + 1_000), priority: 30_000 });
      await until(() => expect(texts()).toContain('after'));
      expect(runs).toHaveLength(3);
    });

    it('runs a job of a committed transaction, and never one of a transaction that rolled back', async () => {
      const queue = await started();
      const undone = harness.transaction(async (execute) => {
        await queue.addIn(execute, 'note', { text: 'undone' });
        throw new Error('rolled back');
      });
      await expect(undone).rejects.toThrow('rolled back');
      await harness.transaction(async (execute) => {
        await queue.addIn(execute, 'note', { text: 'done' });
        expect(texts()).toEqual([]);
      });
      await until(() => expect(texts()).toContain('done'));
      await queue.add('note', { text: 'end' }, { priority: 30_000 });
      await until(() => expect(texts()).toContain('end'));
      expect(texts()).toEqual(['done', 'end']);
    });

    it('gives each job to one process only', async () => {
      const queue = await open();
      for (let index = 0; index < 60; index += 1) await queue.add('note', { text: `job ${index}` });
      await Promise.all([started(), started(), started()]);
      await until(() => expect(new Set(texts()).size).toBe(60));
      expect(runs).toHaveLength(60);
    });

    it('runs the jobs of one queue name one after another', async () => {
      let inside = 0;
      let most = 0;
      hold = async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      };
      const queue = await open();
      for (let index = 0; index < 10; index += 1)
        await queue.add('hold', { text: `${index}` }, { queueName: 'line' });
      await queue.start();
      await until(() => expect(runs).toHaveLength(10));
      expect(most).toBe(1);
    });

    it('lets another process run the job of one that was killed, even on its last attempt', async () => {
      const queue = await open();
      const doomed = await harness.startDoomedWorker();
      await queue.add('hold', { text: 'orphan' });
      await doomed.tookJob;
      await queue.start();
      await queue.add('note', { text: 'while it lives' });
      await until(() => expect(texts()).toContain('while it lives'));
      expect(await queue.releaseDeadWorkers()).toBe(0);
      await doomed.kill();
      await until(() => expect(texts()).toContain('orphan'));
      expect(texts().filter((text) => text === 'orphan')).toHaveLength(1);
    });

    it('waits for what is under way when it stops', async () => {
      const release = Promise.withResolvers<void>();
      hold = () => release.promise;
      const queue = await started();
      await queue.add('hold', { text: 'slow' });
      await until(() => expect(texts()).toContain('slow'));
      const stopped = queue.stop({ graceMs: 10_000 });
      release.resolve();
      await stopped;
      const other = await started();
      await other.add('note', { text: 'end' }, { priority: 30_000 });
      await until(() => expect(texts()).toContain('end'));
      expect(texts()).toEqual(['slow', 'end']);
    });

    it('aborts after the grace, and hands on what does not end', async () => {
      const release = Promise.withResolvers<void>();
      let aborted = false;
      hold = (signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return release.promise;
      };
      const queue = await started();
      await queue.add('hold', { text: 'stubborn' });
      await until(() => expect(texts()).toContain('stubborn'));
      await queue.stop({ graceMs: 50 });
      expect(aborted).toBe(true);
      hold = async () => undefined;
      await started();
      await until(() => expect(texts()).toEqual(['stubborn', 'stubborn']));
      release.resolve();
    });
  });
}
