import type { readWebhookStatistics, RouteOutput } from '@mortise/contract';
import type { HourRow } from './statistics-store.ts';

const meanOf = (durationMs: number, requests: number) =>
  requests === 0 ? null : Math.round((durationMs / requests) * 10) / 10;

/** A webhook's hours and what they sum up to, as the API shows them. */
export function showStatistics(rows: readonly HourRow[]): RouteOutput<typeof readWebhookStatistics> {
  const sum = (of: (row: HourRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const requests = sum((row) => row.requests);
  return {
    delivered: sum((row) => row.delivered),
    failed: sum((row) => row.failed),
    retried: sum((row) => row.retried),
    skipped: sum((row) => row.skipped),
    meanMs: meanOf(
      sum((row) => row.duration_ms),
      requests,
    ),
    longestMs: requests === 0 ? null : Math.max(...rows.map((row) => row.longest_ms)),
    perHour: rows.map((row) => ({
      hour: row.hour.toISOString(),
      delivered: row.delivered,
      failed: row.failed,
      retried: row.retried,
      skipped: row.skipped,
      meanMs: meanOf(row.duration_ms, row.requests),
    })),
  };
}
