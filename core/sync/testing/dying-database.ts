import type { Database, Tx } from '@mortise/platform/database';

/** What everything throws in a process that is dead. */
class Died extends Error {}

/**
 * The database as a process sees it that is killed at its nth step: every statement and every commit is a step. From
 * then on nothing of that process reaches the database any more, and the transaction it was in is rolled back, as
 * PostgreSQL does when a client vanishes.
 *
 * @param lastStep the step it does not survive
 */
export function dyingDatabase(
  db: Database,
  lastStep: number,
): { db: Database; steps(): number; isDead(): boolean } {
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps >= lastStep) throw new Died(`killed at step ${steps}`);
  };
  const mortal = (tx: Tx): Tx => ({
    get db() {
      return tx.db;
    },
    afterCommit: (then) => tx.afterCommit(then),
    async query(sql, values, name) {
      step();
      return tx.query(sql, values, name);
    },
    send(...statement) {
      step();
      tx.send(...statement);
    },
  });
  return {
    steps: () => steps,
    isDead: () => steps >= lastStep,
    db: {
      ...db,
      async tenant(tenantId, act) {
        step();
        return db.tenant(tenantId, async (tx) => {
          const result = await act(mortal(tx));
          step();
          return result;
        });
      },
    },
  };
}
