/**
 * Every provider, a line each. A provider is its folder and its line here: nothing else anywhere names one.
 *
 * Whoever needs one asks by id and works with the kit's `Provider` type alone: core judges verdicts, spends
 * budgets and walks pages without knowing whose they are. Emulators stand apart in `emulators.ts`, so that what runs
 * in production never loads them.
 *
 * To add one: write the folder on `kit/`, pass the conformance suite against its emulator, add the line.
 */
import { bitrix24 } from './bitrix24/index.ts';
import { hubspot } from './hubspot/index.ts';
import { instagram } from './instagram/index.ts';
import type { Provider } from './kit/index.ts';
import { onlyfans } from './onlyfans/index.ts';
import { rdStationCrm } from './rd-station-crm/index.ts';
import { rdStationMarketing } from './rd-station-marketing/index.ts';
import { reddit } from './reddit/index.ts';
import { tiktok } from './tiktok/index.ts';
import { zapsign } from './zapsign/index.ts';

/** In the order in which they are offered. Those with an `availability` are offered only where it is enabled. */
export const providers: readonly Provider[] = [
  hubspot,
  bitrix24,
  rdStationCrm,
  rdStationMarketing,
  zapsign,
  instagram,
  tiktok,
  reddit,
  onlyfans,
];

/** The provider with this id. */
export function findProvider(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}
