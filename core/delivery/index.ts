/**
 * Delivery: every event to every webhook that subscribed to it, at least once, signed as Standard Webhooks has it.
 *
 * Why a pipeline of its own: deliveries are the product. A queue that writes a row to enqueue, one to claim and one
 * to finish costs three commits a delivery; this one writes a delivery in its event's own commit, hands it on in
 * memory, and appends the result in a batch.
 *
 * Flow: `matchDeliveries` (accept.ts) subscribes to the event log and, in the events' transaction, writes a row a
 * delivery -> after the commit the sender has all it needs in memory (sender.ts, send-once.ts) -> judge-exchange.ts
 * says what follows from the answer -> recorder.ts appends attempts, a commit each few milliseconds. Only what has
 * to wait has a row in `delivery_queue`: retries, what was held for a webhook that is not active, what was too much
 * for the memory. poller.ts claims from it under a lease with a fencing token.
 *
 * Guarantees: what is committed is sent. A process that dies leaves, above the low-water mark in its row, deliveries
 * without an attempt: whoever notices puts them into the queue (`requeueOf`). A commit whose answer was lost is found
 * by its transaction's id. A result leaves the memory when it is committed. Duplicates: only of what was in flight
 * when a process died or was cut off. One endpoint that hangs keeps nobody waiting but itself.
 */
export { createDelivery, type Delivery, type DeliveryOptions } from './create-delivery.ts';
export { forgetEvents } from './forget-store.ts';
export type { DeliveryLimits } from './limits.ts';
export { readDeliveriesOfTrace } from './read-trace.ts';
export type { DeliveryRoutesOptions } from './route-options.ts';
export { deliveryRoutes } from './routes.ts';
