import { openDatabase } from '@mortise/platform/database';
import { RateBudgets } from '../rate-budget.ts';
import { slotsIn } from '../rate-budget-store.ts';

// A process of its own for the tests: spends one budget as fast as it may until it has spent so many, and tells when each
// was counted, by the clock that all processes of a machine share.
const [databaseUrl = '', name = '', requests = '', perMs = '', count = ''] = process.argv.slice(2);
const db = openDatabase({ url: databaseUrl, max: 2 });
const rate = { requests: Number(requests), perMs: Number(perMs) };
let read = 0;
const budgets = new RateBudgets(slotsIn(db), () => (read = Number(process.hrtime.bigint()) / 1e6));
const times: number[] = [];
process.stdout.write('ready\n');
for await (const line of process.stdin) if (String(line).includes('go')) break;
while (times.length < Number(count)) {
  const waitMs = await budgets.spend(name, rate);
  // The last time that was read is the one it was counted at.
  if (waitMs === 0) times.push(read);
  else await new Promise((resolve) => setTimeout(resolve, waitMs));
}
await budgets.giveBack();
process.stdout.write(`${JSON.stringify(times)}\n`);
await db.close();
process.exit(0);
