import type { UndeliveredGroup } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

const tones: Record<UndeliveredGroup['why'], Tone> = {
  held: 'neutral',
  failed: 'bad',
  retrying: 'warn',
  waiting: 'info',
  sending: 'accent',
};

/** Why deliveries have not arrived, in a word or two. */
export function WhyPill({ why }: { why: UndeliveredGroup['why'] }) {
  return (
    <StatusPill tone={tones[why]} live={why === 'retrying' || why === 'sending'}>
      {text.undelivered.reasons[why]}
    </StatusPill>
  );
}
