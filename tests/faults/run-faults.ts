// `npm run faults [-- name …]`: breaks the product in every way we know while it delivers, and keeps book. Without
// names all of them, and then docs/ledger.md is written anew.
import { cpus, totalmem } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { judgeRow } from './judge-row.ts';
import { NotHere, scenarios } from './scenarios.ts';
import type { LedgerRow } from './stage.ts';
import { writeLedger } from './write-ledger.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !scenarios.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. There are: ${scenarios.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const rows: LedgerRow[] = [];
const skipped: { fault: string; why: string }[] = [];
let faulty = 0;
for (const scenario of scenarios.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  console.log(`\n${scenario.fault} …`);
  try {
    const row = await scenario.play();
    rows.push(row);
    const wrong = judgeRow(row);
    console.log(
      `  accepted ${row.accepted}, delivered ${row.delivered}, lost ${row.lost}, duplicated ${row.duplicated}` +
        ` (at most ${row.duplicatesAtMost}), doubled ${row.doubled}, stuck ${row.stuck};` +
        ` ${row.refusals} refused and repeated; settled after ${(row.settledAfterMs / 1000).toFixed(1)} s`,
    );
    for (const sentence of wrong) console.log(`  WRONG: ${sentence}`);
    if (wrong.length > 0) faulty += 1;
  } catch (error) {
    if (error instanceof NotHere) {
      console.log(`  not played: ${error.message}`);
      skipped.push({ fault: scenario.fault, why: error.message });
    } else {
      console.error(error);
      faulty += 1;
    }
  }
}
if (asked.length === 0 && faulty === 0) {
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  await writeFile(
    new URL('../../docs/ledger.md', import.meta.url),
    writeLedger({ rows, skipped, machine, day: new Date().toISOString().slice(0, 10) }),
  );
  console.log('\ndocs/ledger.md is written.');
}
console.log(`\n${rows.length} played, ${faulty} wrong, ${skipped.length} not played`);
process.exit(faulty === 0 ? 0 : 1);
