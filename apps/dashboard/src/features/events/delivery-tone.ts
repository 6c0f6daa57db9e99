import type { Attempt, Delivery } from '@mortise/contract';
import type { Tone } from '../../ui/status-pill.tsx';

/** How a delivery's state looks. */
export const deliveryTones: Record<Delivery['status'], Tone> = {
  pending: 'info',
  retrying: 'warn',
  delivered: 'good',
  failed: 'bad',
  skipped: 'neutral',
  held: 'neutral',
};

/** How an attempt's outcome looks. */
export const attemptTones: Record<Attempt['outcome'], Tone> = {
  delivered: deliveryTones.delivered,
  failed: deliveryTones.failed,
  skipped: deliveryTones.skipped,
};
