/**
 * Delivery: every event to every webhook that subscribed to it, at least once, signed as Standard Webhooks has it.
 *
 * Why a pipeline of its own: deliveries are the product. A queue that writes a row to enqueue, one to claim and one
 * to finish costs three commits a delivery; this one writes a delivery in its event's own commit, hands it on in
 * memory, and appends the result in a batch.
 *
 * Flow: `matchDeliveries` (accept.ts) subscribes to the event log and, in the events' transaction, finds which webhooks
 * they are for (subscriptions.ts: kept by a stamp that the transaction reads) and writes a row a delivery -> after the commit the sender has all it needs in memory (sender.ts, send-once.ts) -> judge-exchange.ts
 * says what follows from the answer -> recorder.ts appends attempts, a commit each few milliseconds. Only what has
 * to wait has a row in `delivery_queue`: retries, what was held for a webhook that is not active, what was too much
 * for the memory, what has an order. poller.ts claims from it under a lease with a fencing token. What a webhook
 * missed, over any span of the log, is sent again by a replay (run-replay.ts), a job that walks and queues in steps.
 *
 * What is sent: the event's body (build-body.ts), where the webhook's filter lets it through (compile-filter.ts, at
 * acceptance), as its transform makes it (transformer.ts, in a process of its own), with its headers and its auth
 * (send-once.ts). A webhook with a consent setting sends nothing without a grant: its deliveries go through the queue,
 * where a withdrawal ends them in its own commit, and the gate is asked right before each request.
 *
 * When something is sent: tenants take turns, their webhooks within them, in the memory (backlog.ts), at the slots
 * (sender.ts) and in claims (claim-store.ts, share-claims.ts). A webhook's concurrency is shared out over the
 * processes that send (shares.ts); its rate limit is kept in the database, of which each takes permits in advance
 * (permits.ts): in no span more than the limit, over all processes, crashes included. A circuit (judge-circuit.ts,
 * circuits.ts) leaves an endpoint alone that fails, and lets one delivery at a time find out. With `orderBy` the
 * deliveries of a key have numbers in the queue, and only the least of a key can be claimed (`claimHeads`).
 *
 * Guarantees: what is committed is sent. A process that dies leaves, above the low-water mark in its row, deliveries
 * without an attempt: whoever notices puts them into the queue (`requeueOf`). A commit whose answer was lost is found
 * by its transaction's id. A result leaves the memory when it is committed. Duplicates: only of what was in flight
 * when a process died or was cut off. Endpoints that hang keep nobody waiting but themselves. Of a key the next is sent
 * once the one before it is delivered or given up. That holds for events whose transactions did not overlap, and not
 * for what is sent again by hand, nor over a change of `orderBy`. A concurrency may be passed by what was in flight
 * when a process joined or was taken for gone, for as long as that lasts.
 */
export type { ConsentGate } from './consent-gate.ts';
export { createDelivery, type Delivery, type DeliveryOptions } from './create-delivery.ts';
export { forgetEvents } from './forget-store.ts';
export { deliveryJobs, type ReplayQueue } from './jobs.ts';
export type { DeliveryLimits } from './limits.ts';
export { readDeliveriesOfTrace } from './read-trace.ts';
export type { DeliveryRoutesOptions } from './route-options.ts';
export { deliveryRoutes } from './routes.ts';
