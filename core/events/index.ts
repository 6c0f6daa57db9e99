/**
 * Events: the one log of what happened.
 *
 * Why a log and not a queue: an event is a fact. It is written in the transaction of the state that it tells of,
 * so neither can be there without the other, and so are the deliveries that follow from it, so nothing has to be
 * handed on after the commit that a crash could lose.
 *
 * Flow: a room that changes state calls `append(tx, …)`. The subscribers (given in the composition, since rooms on
 * higher floors may not be imported) take part with the same transaction: delivery matches webhooks and writes a row
 * a delivery. Everybody else reads: the events page, the trace page, the counters.
 *
 * Ids are of version 7, so the log is in order by id, partitioned by day and dropped by retention. A trace id says
 * which request or job it all began with.
 */
export {
  createEvents,
  type Events,
  type EventSubscriber,
  type NewEvent,
  type StoredEvent,
} from './append.ts';
export { createPublishing, type Publishing } from './create-publishing.ts';
export { eventRoutes } from './routes.ts';
export { readEventsOfTrace } from './store.ts';
