/**
 * How long to wait before a try, with full jitter: a random time between half of and the whole of the step, so that
 * what failed together does not come back together.
 *
 * @param attempt the number of the try that has failed, from 1
 * @param schedule the steps in milliseconds; past the last one there are no more tries
 * @param random between 0 and 1
 * @returns milliseconds, or undefined when the schedule is at its end
 */
export function backoffMs(
  attempt: number,
  schedule: readonly number[],
  random: number = Math.random(),
): number | undefined {
  const step = schedule[attempt - 1];
  return step === undefined ? undefined : Math.round(step * (0.5 + random / 2));
}
