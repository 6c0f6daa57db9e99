import type { Run } from '@mortise/contract';
import type { Tone } from '../../ui/status-pill.tsx';

/** The colour of a run's state, on its pill and in a trace. */
export const runTones: Record<Run['status'], Tone> = {
  queued: 'info',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
};
