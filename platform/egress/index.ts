/**
 * The one door to other people's servers: every delivery, provider call, token exchange and health check
 * leaves through `createEgress(…).request(…)`, or `.stream(…)` where the answer is handed on as it comes in.
 *
 * Why a door: tenants choose where we send, so without one our machine would read the cloud's metadata, the
 * database's port or a neighbour's admin page on their behalf (server-side request forgery). The guard fails
 * closed: only addresses of the public internet, plus what the operator lists by name or network.
 *
 * Flow: `check-url` judges the text of the URL, IP literals in every notation included -> `guarded-client`
 * opens a connection whose only source of addresses is a lookup that has checked all of them, so that the
 * checked address is the one connected to -> `exchange` sends, and caps time and size -> `judge-redirect`
 * decides on a 3xx when the caller asked to follow, and the next hop starts at the top again.
 *
 * Every failure is an `EgressError` with a stable code and whether trying again may help; `judge-failure` is
 * the one place that knows the HTTP client's own errors. Connections are kept alive, one pool per origin,
 * without pipelining and as many connections as requests: one that hangs holds up no other, not even at its own host. Requests
 * with a client certificate have pools of their own, one set a certificate (`certified-agents`), closed when nobody has
 * used them for a while.
 */
export { createEgress, type EgressOptions } from './create-egress.ts';
export { EgressError, type EgressErrorCode } from './egress-error.ts';
export type {
  ClientTls,
  Egress,
  EgressRequest,
  EgressResponse,
  EgressStream,
  EgressStreamRequest,
  EgressTimings,
  QueryValue,
} from './port.ts';
export type { ResolveHost } from './resolve-host.ts';
