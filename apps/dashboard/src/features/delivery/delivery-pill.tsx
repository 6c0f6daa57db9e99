import type { Delivery } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill } from '../../ui/status-pill.tsx';
import { deliveryTones } from '../events/delivery-tone.ts';

/** A delivery's state. */
export function DeliveryPill({ status }: { status: Delivery['status'] }) {
  return (
    <StatusPill tone={deliveryTones[status]} live={status === 'pending' || status === 'retrying'}>
      {text.events.deliveryStatus[status]}
    </StatusPill>
  );
}
