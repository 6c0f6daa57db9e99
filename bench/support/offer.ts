import { setTimeout as pause } from 'node:timers/promises';

/** Now in microseconds by the clock that all processes of a machine share. */
const nowUs = () => Number(process.hrtime.bigint() / 1_000n);

/**
 * Offers load as independent callers do: at random moments (Poisson), whether or not what came before is done.
 *
 * @param act gets the moment at which it was due, in microseconds: from there its latency counts, however late it ran
 */
export async function offer(
  perSecond: number,
  seconds: number,
  act: (n: number, dueUs: number) => Promise<unknown>,
): Promise<void> {
  const running = new Set<Promise<unknown>>();
  const beganUs = nowUs();
  let dueUs = beganUs;
  for (let n = 0; ; n++) {
    dueUs += (-Math.log(1 - Math.random()) / perSecond) * 1e6;
    if (dueUs > beganUs + seconds * 1e6) break;
    // Timers are no finer than a millisecond: what is due within it goes now and then together.
    while (nowUs() < dueUs - 500) await pause(Math.max(1, Math.floor((dueUs - nowUs()) / 1000)));
    const one = act(n, Math.round(dueUs)).finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
}

/** Milliseconds at shares of some microseconds. */
export function percentiles(latenciesUs: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = latenciesUs.toSorted((one, other) => one - other);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    return Math.round(value / 10) / 100;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
