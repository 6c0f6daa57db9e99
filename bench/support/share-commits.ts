import type { NewEvent } from '@mortise/core/events';

const atOnce = 6;

/**
 * Appends events as requests that share commits do: while transactions are open, what comes for a tenant gathers and
 * goes in its next one together. Resolves with the commit.
 */
export function shareCommits(append: (tenantId: string, events: readonly NewEvent[]) => Promise<unknown>) {
  const waiting = new Map<
    string,
    { event: NewEvent; done: () => void; failed: (error: unknown) => void }[]
  >();
  let open = 0;

  async function run(): Promise<void> {
    open += 1;
    for (let next = [...waiting.keys()][0]; next !== undefined; next = [...waiting.keys()][0]) {
      const batch = waiting.get(next) ?? [];
      waiting.delete(next);
      try {
        await append(
          next,
          batch.map((one) => one.event),
        );
        for (const one of batch) one.done();
      } catch (error) {
        for (const one of batch) one.failed(error);
      }
    }
    open -= 1;
  }

  return (tenantId: string, event: NewEvent) =>
    new Promise<void>((done, failed) => {
      const batch = waiting.get(tenantId) ?? [];
      waiting.set(tenantId, batch);
      batch.push({ event, done, failed });
      if (open < atOnce) void run();
    });
}
