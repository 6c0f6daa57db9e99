import type { RouteOutput, sourceStatistics } from '@mortise/contract';

type Hour = RouteOutput<typeof sourceStatistics>['perHour'][number];
export type Counts = Omit<Hour, 'hour'>;

/** What arrived in an hour or a day that begins at a moment. */
export interface Bar extends Counts {
  from: Date;
}

/** Hours as bars. */
export const byHour = (hours: readonly Hour[]): Bar[] =>
  hours.map(({ hour, ...counts }) => ({ ...counts, from: new Date(hour) }));

/** Hours summed up to the days of whoever looks, the last so many of them. An hour belongs to the day that it begins in. */
export function byDay(hours: readonly Hour[], days: number): Bar[] {
  const bars = new Map<number, Bar>();
  for (const bar of byHour(hours)) {
    const from = new Date(bar.from.getFullYear(), bar.from.getMonth(), bar.from.getDate());
    const known = bars.get(from.getTime());
    bars.set(from.getTime(), known === undefined ? { ...bar, from } : { from, ...added(known, bar) });
  }
  return [...bars.values()].slice(-days);
}

/** What bars come to together. */
export const sumOf = (bars: readonly Counts[]): Counts =>
  bars.reduce(added, { accepted: 0, duplicate: 0, refused: 0, unkept: 0, processed: 0, failed: 0 });

function added(one: Counts, other: Counts): Counts {
  return {
    accepted: one.accepted + other.accepted,
    duplicate: one.duplicate + other.duplicate,
    refused: one.refused + other.refused,
    unkept: one.unkept + other.unkept,
    processed: one.processed + other.processed,
    failed: one.failed + other.failed,
  };
}
