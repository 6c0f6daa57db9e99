import type { KeyRotation } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

const tones: Record<KeyRotation['state'], Tone> = {
  queued: 'neutral',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
};

/** A rotation's state. */
export function RotationPill({ state }: { state: KeyRotation['state'] }) {
  return (
    <StatusPill tone={tones[state]} live={state === 'running'}>
      {text.vault.states[state]}
    </StatusPill>
  );
}
