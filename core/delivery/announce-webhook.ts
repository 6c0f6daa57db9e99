import type { Tx } from '@mortise/platform/database';
import { publicId } from '../kernel/index.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';

/** Tells the pipeline and those who look on, after the commit, that a webhook is another than before. Bare id. */
export function announceWebhook(
  tx: Tx,
  { delivery, hints }: Pick<DeliveryRoutesOptions, 'delivery' | 'hints'>,
  tenantId: string,
  webhookId: string,
): void {
  tx.afterCommit(() => {
    delivery.webhookChanged(webhookId);
    delivery.wake();
    hints.publish(tenantId, { kind: 'webhook', id: publicId('webhook', webhookId) });
  });
}
