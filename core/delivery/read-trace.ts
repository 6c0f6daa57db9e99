import type { Trace } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId } from '../kernel/index.ts';
import { readTraceDeliveries, showAttempt, showDelivery } from './delivery-store.ts';

/**
 * What a trace came to at the webhooks: how many deliveries, and the first of them with the outline of each attempt.
 *
 * @param traceId 32 hex digits
 * @param filter.subject only deliveries of events about this thing
 */
export async function readDeliveriesOfTrace(
  tx: Tx,
  tenantId: string,
  traceId: string,
  filter: { subject?: string | undefined; limit: number },
): Promise<Trace['deliveries']> {
  const { count, rows, attempts } = await readTraceDeliveries(tx, tenantId, traceId, filter);
  const logs = Map.groupBy(attempts, (attempt) => publicId('delivery', attempt.delivery_id));
  const first = rows.map(showDelivery).map((delivery) => ({
    ...delivery,
    log: (logs.get(delivery.id) ?? [])
      .map(showAttempt)
      .map(({ number, outcome, statusCode, error, durationMs, startedAt }) => ({
        number,
        outcome,
        statusCode,
        error,
        durationMs,
        startedAt,
      })),
  }));
  return { count, first };
}
