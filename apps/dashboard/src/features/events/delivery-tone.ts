import type { Delivery } from '@mortise/contract';
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
