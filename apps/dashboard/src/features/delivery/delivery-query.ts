import { deliveryStatus, idSchema, listDeliveries, type RouteInput } from '@mortise/contract';
import { boundsOf, spanOf } from './span.ts';

const { eventType, statusCode } = listDeliveries.query.shape;
const minuteMs = 60_000;

/**
 * What a list of deliveries asks for, from the search parameters of a page. What is not valid there filters nothing.
 * A span back from now begins at a full minute, so that the question stays the same for that long.
 */
export function deliveryQuery(
  filters: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): RouteInput<typeof listDeliveries>['query'] {
  const { span, from, to } = filters;
  return {
    webhookId: idSchema('webhook').safeParse(filters['webhookId']).data,
    eventId: idSchema('event').safeParse(filters['eventId']).data,
    status: deliveryStatus.safeParse(filters['status']).data,
    eventType: eventType.safeParse(filters['type']).data,
    statusCode: statusCode.safeParse(filters['answer']).data,
    ...boundsOf({ span: spanOf(span), from, to }, Math.floor(nowMs / minuteMs) * minuteMs),
  };
}
