import type { RouteOutput, sourceStatistics } from '@mortise/contract';
import { counterOf, type CounterName } from './committer.ts';

type Statistics = RouteOutput<typeof sourceStatistics>;

const hourMs = 3_600_000;
const names: readonly CounterName[] = ['accepted', 'duplicate', 'refused', 'unkept', 'processed', 'failed'];

/** The first of so many hours of which the last is the present one. */
export function firstHour(now: Date, hours: number): Date {
  return new Date((Math.floor(now.getTime() / hourMs) - (hours - 1)) * hourMs);
}

/** The names of all counters of a source. */
export const sourceCounters = (sourceId: string): string[] => names.map((name) => counterOf(name, sourceId));

/** A source's hours, those without anything too, and what they sum up to, as the API shows them. Pure. */
export function showStatistics(
  sourceId: string,
  rows: readonly { hour: Date; name: string; value: number }[],
  first: Date,
  hours: number,
): Statistics {
  const values = new Map(rows.map(({ hour, name, value }) => [`${hour.getTime()} ${name}`, value]));
  const countsOf = (value: (name: CounterName) => number) => ({
    accepted: value('accepted'),
    duplicate: value('duplicate'),
    refused: value('refused'),
    unkept: value('unkept'),
    processed: value('processed'),
    failed: value('failed'),
  });
  const perHour = Array.from({ length: hours }, (_, place) => {
    const hour = new Date(first.getTime() + place * hourMs);
    const value = (name: CounterName) => values.get(`${hour.getTime()} ${counterOf(name, sourceId)}`) ?? 0;
    return { hour: hour.toISOString(), ...countsOf(value) };
  });
  return { ...countsOf((name) => perHour.reduce((sum, one) => sum + one[name], 0)), perHour };
}
