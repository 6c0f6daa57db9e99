import type { Replay } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';
import { isDraining } from './replay-pace.ts';

const tones: Record<Replay['status'], Tone> = {
  running: 'accent',
  done: 'good',
  cancelled: 'neutral',
  failed: 'bad',
};

/** A replay's state. One that has queued all and waits for its deliveries is still sending. */
export function ReplayPill({
  replay,
  draining = text.replays.draining,
}: {
  replay: Pick<Replay, 'status' | 'waiting'>;
  /** What it does with what is queued. */
  draining?: string;
}) {
  const isSending = replay.status === 'done' && isDraining(replay);
  return (
    <StatusPill tone={isSending ? 'accent' : tones[replay.status]} live={isDraining(replay)}>
      {isSending ? draining : text.replays.statuses[replay.status]}
    </StatusPill>
  );
}
