import type { Database } from '@mortise/platform/database';
import { emptyLedger, judgeSlots, staleAt, type Ledger } from './judge-slots.ts';
import type { AskForSlots } from './rate-budget.ts';

/** The ledgers in the database: one question at a time a budget, and the time is the database's. */
export function slotsIn(db: Database): AskForSlots {
  return (name, ask, budget) =>
    db.engine(async (tx) => {
      const locked = () =>
        tx.query<{ ledger: Ledger }>(
          'select ledger from rate_budgets where name = $1 for update',
          [name],
          'lock_rate_budget',
        );
      let [row] = await locked();
      if (row === undefined) {
        await tx.query(
          'insert into rate_budgets (name, ledger, stale_at) values ($1, $2, now()) on conflict do nothing',
          [name, JSON.stringify(emptyLedger)],
        );
        [row] = await locked();
      }
      // A statement of its own: the one that locks may have read the clock before it had to wait.
      const [clock] = await tx.query<{ now: number }>(
        'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
        [],
        'read_rate_clock',
      );
      const { ledger, answer } = judgeSlots(
        row?.ledger ?? emptyLedger,
        ask,
        budget,
        clock?.now ?? Number.NaN,
      );
      await tx.query(
        'update rate_budgets set ledger = $2, stale_at = to_timestamp($3::float8 / 1000) where name = $1',
        [name, JSON.stringify(ledger), staleAt(ledger, budget)],
        'write_rate_budget',
      );
      return answer;
    });
}
