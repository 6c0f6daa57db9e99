import type { ReachOptions } from './reach.ts';

/** What a courier is told over its channel, once. It is no part of its command line or its environment. */
export interface CourierSetUp {
  databaseUrl: string;
  masterKeys: readonly Uint8Array[];
  reach: ReachOptions;
}
