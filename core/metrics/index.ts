/**
 * Metrics: a tenant's figures, kept on the way instead of counted afterwards.
 *
 * Why: counting a log costs more the longer it is, and a figure that is estimated is one that nobody trusts. So
 * whoever appends to a log adds to the hour's counter in the same transaction (`countEvents`, and delivery with its attempts), and the overview reads a few
 * small tables and 24 rows of counters.
 */
export { metricsRoutes } from './routes.ts';
export { addToCounters, countEvents, readCounters, type Addition } from './store.ts';
