import type { Webhook } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill } from '../../ui/status-pill.tsx';

/** That an endpoint fails and is spared meanwhile. Nothing while it is sent to. */
export function CircuitPill({ webhook: { circuit, status } }: { webhook: Webhook }) {
  if (status !== 'active' || circuit.state === 'closed') return null;
  const isOpen = circuit.state === 'open';
  return (
    <StatusPill tone={isOpen ? 'bad' : 'warn'} live={!isOpen}>
      {isOpen ? text.delivery.circuitOpen : text.delivery.circuitProbing}
    </StatusPill>
  );
}
