/**
 * The contract: what the HTTP API takes and gives, in zod, one file a room, and nothing else.
 *
 * Why here: the server checks requests and shapes answers with these schemas, OpenAPI is generated from them,
 * the SDK types and calls through them, the docs and tests read them. A change is made once.
 *
 * Flow: a file states schemas and routes (`defineRoute`); `routes` below is all of them in one list. Who may
 * call a route is not stated here but on the route's own line in `apps/server/routes.ts`, because access is
 * the server's decision and not a promise about shape.
 */
import * as audit from './audit.ts';
import * as checkSettings from './check-settings.ts';
import * as connections from './connections.ts';
import * as consent from './consent.ts';
import * as delivery from './delivery.ts';
import * as erasures from './erasures.ts';
import * as eventTypes from './event-types.ts';
import * as events from './events.ts';
import * as health from './health.ts';
import * as ingest from './ingest.ts';
import * as overview from './overview.ts';
import * as proxy from './proxy.ts';
import * as receipts from './receipts.ts';
import * as replays from './replays.ts';
import type { Route } from './route.ts';
import * as sync from './sync.ts';
import * as tenants from './tenants.ts';
import * as vault from './vault.ts';
import * as webhooks from './webhooks.ts';

export * from './audit.ts';
export { testIntegration, validateIntegration } from './check-settings.ts';
export * from './connections.ts';
export * from './provider.ts';
export * from './consent-category.ts';
export * from './consent.ts';
export * from './delivery.ts';
export * from './errors.ts';
export * from './erasures.ts';
export * from './event-types.ts';
export * from './events.ts';
export * from './health.ts';
export * from './ids.ts';
export * from './ingest.ts';
export * from './receipts.ts';
export * from './overview.ts';
export * from './page.ts';
export type { ProviderFault } from './provider-fault.ts';
export * from './proxy.ts';
export * from './replays.ts';
export * from './route.ts';
export * from './sync.ts';
export * from './tenants.ts';
export * from './vault.ts';
export * from './webhook-settings.ts';
export * from './webhooks.ts';

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value;
}

/** Every route of the API, in the order in which the docs show them. */
export const routes: readonly Route[] = [
  health,
  tenants,
  audit,
  connections,
  checkSettings,
  proxy,
  vault,
  consent,
  sync,
  events,
  erasures,
  eventTypes,
  webhooks,
  delivery,
  replays,
  ingest,
  receipts,
  overview,
].flatMap((room) => Object.values<unknown>(room).filter(isRoute));
