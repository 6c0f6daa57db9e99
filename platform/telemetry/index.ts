/**
 * What the processes say about themselves: a logger that cannot leak, and the id that ties things together.
 *
 * Why a logger of our own around pino: secrets reach logs through objects nobody looked at closely, such as a
 * request's headers, a provider's answer or an error that carries its configuration. Pino hides fixed paths
 * only; here every entry passes `redact`, which goes by key names at any depth and by the look of tokens
 * inside text, child bindings and errors included.
 *
 * Why trace ids here: a request's `traceparent` (W3C Trace Context) is read once at the edge, kept with each
 * event and job that comes of it, and written on each request that leaves; the trace page follows that id.
 *
 * Flow: `createLogger` at start-up -> `logger.child({ requestId, traceId })` per request or job ->
 * one JSON line per entry on standard output (`pretty` for a person at a terminal).
 */
export { createLogger, type Logger, type LoggerOptions } from './create-logger.ts';
export { continueTrace, formatTraceparent, newTraceId, type TraceContext } from './trace.ts';
