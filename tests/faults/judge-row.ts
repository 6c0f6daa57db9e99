import type { LedgerRow } from './stage.ts';

/** What of a row breaks a promise, in words; nothing when all was kept. */
export function judgeRow(row: LedgerRow): string[] {
  const wrong: string[] = [];
  if (row.accepted === 0) wrong.push('nothing was accepted, so nothing was shown');
  if (row.lost > 0) wrong.push(`${row.lost} accepted deliveries never arrived`);
  if (row.stuck > 0) wrong.push(`${row.stuck} deliveries are still undelivered`);
  if (row.doubled > 0) wrong.push(`${row.doubled} events are in the log twice`);
  if (row.duplicated > row.duplicatesAtMost)
    wrong.push(`${row.duplicated} duplicates, where at most ${row.duplicatesAtMost} were in doubt`);
  return wrong;
}
