import type { Run } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill } from '../../ui/status-pill.tsx';
import { runTones } from './run-tone.ts';

/** A run's state. */
export function RunPill({ status }: { status: Run['status'] }) {
  return (
    <StatusPill tone={runTones[status]} live={status === 'running'}>
      {text.sync.runStatuses[status]}
    </StatusPill>
  );
}
