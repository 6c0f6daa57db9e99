import { bitrix24Emulator } from './bitrix24/emulator/index.ts';
import { hubspotEmulator } from './hubspot/emulator/index.ts';
import { instagramEmulator } from './instagram/emulator/index.ts';
import { onlyfansEmulator } from './onlyfans/emulator/index.ts';
import { redditEmulator } from './reddit/emulator/index.ts';
import { zapsignEmulator } from './zapsign/emulator/index.ts';
import { rdStationCrmEmulator } from './rd-station-crm/emulator/index.ts';
import { tiktokEmulator } from './tiktok/emulator/index.ts';
import { rdStationMarketingEmulator } from './rd-station-marketing/emulator/index.ts';
import type { EmulatorDefinition } from './kit/emulator/index.ts';

/** Every provider's emulator, a line each. Only the sandbox and tests import this. */
export const emulators: readonly EmulatorDefinition[] = [
  hubspotEmulator,
  rdStationCrmEmulator,
  rdStationMarketingEmulator,
  zapsignEmulator,
  instagramEmulator,
  tiktokEmulator,
  redditEmulator,
  onlyfansEmulator,
  bitrix24Emulator,
];
