import { backoffMs } from '../kernel/index.ts';

const [second, minute] = [1_000, 60_000];

/** The waits after each time that trouble of our own kept a delivery from being sent; past the last it was an attempt. */
const setbackSchedule: readonly number[] = [
  second,
  5 * second,
  15 * second,
  ...Array.from({ length: 2 }, () => minute),
  ...Array.from({ length: 7 }, () => 5 * minute),
];

/**
 * Decides whether a delivery that trouble of our own kept from being sent is put back without an attempt: the ledger of
 * consent could not be asked, a transform's process was gone. That is so for the better part of an hour; then it counts
 * as a failed attempt, so that what only looks like our trouble comes to an end too. It never counts against the endpoint.
 *
 * @param setbacks how often it was put back since its last attempt
 * @param random between 0 and 1
 * @returns milliseconds after which the same attempt is to be made; undefined when it counts
 */
export function judgeSetback(setbacks: number, random: number = Math.random()): number | undefined {
  return backoffMs(setbacks + 1, setbackSchedule, random);
}
