/**
 * Every provider, a line each. A provider is its folder and its line here: nothing else anywhere names one.
 *
 * Whoever needs one asks by id and works with the kit's `Provider` type alone: core judges verdicts, spends
 * budgets and walks pages without knowing whose they are. Emulators stand apart in `emulators.ts`, so that what runs
 * in production never loads them.
 *
 * To add one: write the folder on `kit/`, pass the conformance suite against its emulator, add the line.
 */
import { hubspot } from './hubspot/index.ts';
import { instagram } from './instagram/index.ts';
import { zapsign } from './zapsign/index.ts';
import { rdStationCrm } from './rd-station-crm/index.ts';
import { tiktok } from './tiktok/index.ts';
import { rdStationMarketing } from './rd-station-marketing/index.ts';
import type { Provider } from './kit/index.ts';

export const providers = [
  hubspot,
  instagram,
  tiktok,
  zapsign,
  rdStationCrm,
  rdStationMarketing,
] as const satisfies readonly Provider[];

/** The provider with this id. */
export function findProvider(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}
