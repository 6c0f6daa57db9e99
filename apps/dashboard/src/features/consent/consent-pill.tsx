import type { ConsentStatus } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

const tones: Record<ConsentStatus, Tone> = {
  in_force: 'good',
  withdrawn: 'bad',
  replaced: 'neutral',
  expired: 'warn',
  outdated: 'warn',
  archived: 'neutral',
};

/** Whether a grant holds, and if not, why not. */
export function ConsentPill({ status }: { status: ConsentStatus }) {
  return <StatusPill tone={tones[status]}>{text.consent.statuses[status]}</StatusPill>;
}
