import type { LedgerRow } from './stage.ts';

/** The ledger as a page of the docs. */
export function writeLedger(ledger: {
  rows: readonly LedgerRow[];
  skipped: readonly { fault: string; why: string }[];
  machine: string;
  day: string;
}): string {
  const lines = ledger.rows.map((row) => {
    const seconds = (row.settledAfterMs / 1000).toFixed(1);
    return `| ${row.fault} | ${row.accepted} | ${row.delivered} | ${row.lost} | ${row.duplicated} of at most ${row.duplicatesAtMost} | ${row.stuck} | ${row.refusals} | ${seconds} s |`;
  });
  const skipped = ledger.skipped.map(({ fault, why }) => `- ${fault}: ${why}`);
  return `# Ledger of faults

Written by \`npm run faults\` on ${ledger.day} (${ledger.machine}), which anybody can run; it takes some minutes and ends with an error when a promise is broken. A publisher sends events, each for two webhooks, and repeats under the same id what was not accepted; an endpoint verifies every signature and keeps book; in the midst of it something breaks.

| fault | accepted | delivered | lost | duplicated | stuck | refused and repeated | settled |
|---|---|---|---|---|---|---|---|
${lines.join('\n')}

- **accepted**: deliveries of events that were answered with 202. **lost**: of those, never acknowledged by the endpoint. **stuck**: what the product still calls undelivered at the end. Both must be 0.
- **duplicated**: acknowledged more than once, always with the same \`webhook-id\`. Bounded by what was in flight at each crash, and 0 where no process died.
- **refused and repeated**: requests of the publisher that got no 202 at first. Repeating them under the same id made no event twice: that is checked too.
- **settled**: from the last accepted event until everything had arrived.
${skipped.length === 0 ? '' : `\nNot played on that machine:\n\n${skipped.join('\n')}\n`}`;
}
