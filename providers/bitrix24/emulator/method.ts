import type { EmulatorResponse } from '../../kit/emulator/index.ts';
import type { Portal } from './portals.ts';

/** A method: what it answers under `result`, or a whole refusal. */
export type Method = (
  params: Readonly<Record<string, unknown>>,
  portal: Portal,
) => { body: Record<string, unknown> } | EmulatorResponse;
