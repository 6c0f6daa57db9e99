import type { Run } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

export const runTones: Record<Run['status'], Tone> = {
  queued: 'info',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
};

/** A run's state. */
export function RunPill({ status }: { status: Run['status'] }) {
  return (
    <StatusPill tone={runTones[status]} live={status === 'running'}>
      {text.sync.runStatuses[status]}
    </StatusPill>
  );
}
