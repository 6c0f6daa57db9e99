import type { Tx } from '../database/index.ts';

/**
 * Takes over what a process left, in the one transaction that also removes its row: when it throws, or a handler
 * after it does, nothing has happened and all are run again later.
 *
 * @param tx as the engine, across tenants
 * @param lowWater the id below which the process had finished everything, as far as its row tells
 */
export type GoneHandler = (tx: Tx, processId: string, lowWater: string) => Promise<void>;
