import type { Connection } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

const tones: Record<Connection['status'], Tone> = {
  connected: 'good',
  needs_reconnect: 'bad',
  disconnected: 'neutral',
};

/** A connection's state. */
export function ConnectionPill({ status }: { status: Connection['status'] }) {
  return <StatusPill tone={tones[status]}>{text.connections.statuses[status]}</StatusPill>;
}
