/**
 * Connections: tenants' accounts at third parties, authorised once and then always usable.
 *
 * Words: an integration is a tenant's configured use of a provider; a connection is one authorised account within it;
 * its credential is sealed by the vault.
 *
 * Flow of connecting: `startConnect` keeps a state (single use, bound to tenant and browser, PKCE verifier sealed) and
 * gives the provider's consent page (a backend gets a link of ours instead, `openConnect`, which binds the state to the
 * first browser that opens it); `finishConnect` uses the state up, exchanges the code, asks the provider whose account
 * it is, and commits connection, credential, event and audit entry together. The same account again is the same
 * connection.
 *
 * Where a person enters a key instead (`connect-with-fields`), the provider is asked at once whose it is, and the same
 * commit follows (`keep-connection`); and where the provider gives the integration's own OAuth client a token with nobody
 * asked, that client is exchanged (`connect-with-client`), and exchanged again for each renewal. What a provider wants to know before its consent page fills its hosts, and lies
 * sealed with the state and then with the credential.
 *
 * Flow of a call (`ProviderCaller`): wait for the rate budget, renew a token that is about to lapse, go out through the
 * egress guard, judge the answer (`judge-call`, pure), try again or mark the connection `needs_reconnect`. One refresh
 * at a time a credential, over all processes (`refresh`): a lease in the row, and a store only over the version read.
 * The background does the same ahead of time (`jobs`), so that a call seldom waits for it. The part that must not be
 * lost, from the lease to the store (`create-renewer`), is made by a process of its own (`courier`, `serve-courier`),
 * which finishes it when this one dies.
 *
 * An integration's own settings (timeout, tries, what it may be used for) hold from the next call on, in every process:
 * each call looks whether the integration has changed since it was read. What is switched off is refused with
 * `feature_off` (`features`); the rooms above ask `requireUse` before they keep what a use would follow from.
 *
 * What goes wrong at a provider is told as one of a few faults (`fault`), each with its code, its words and the way on.
 *
 * The same calls are open to the host product (`proxy`): a path at the provider's own API, judged (`proxy-path`), the
 * answer handed on while it comes in, without the credential (`proxy-blot`), each call in a log.
 *
 * A rate budget is one over all processes: its slots are lent to them (`rate-budget`, judged in `judge-slots`).
 *
 * Guarantees: no transaction waits for a provider; a secret is nowhere but sealed in its row; disconnecting erases it
 * before anything else, and with `erase` whose account it was, from the logs too; no call goes out with a token past its
 * expiry (`properties.test.ts`).
 */
export { ProviderCallError, type OpenConnection, type ProviderCaller } from './caller.ts';
export { connectRoutes } from './connect.ts';
export type { ConnectFailure } from './connect-deps.ts';
export { connectionJobs } from './jobs.ts';
export { faultError, faultOf, faultReason } from './fault.ts';
export { createCourier } from './courier.ts';
export { createRenewer } from './create-renewer.ts';
export { markWithdrawn } from './mark.ts';
export { createProviderCaller } from './open-connection.ts';
export { createRefresher, type Refresher } from './refresh.ts';
export type { HintFeed, ProviderRegistry, SandboxTarget } from './ports.ts';
export type { Renewer } from './renewer.ts';
export { createProxy, type Proxy } from './proxy.ts';
export { connectionRoutes } from './routes.ts';
export { readLiveConnections, type LiveConnection } from './live-connections.ts';
export {
  readAccountConnections,
  readOnlyConnection,
  readWebhookTarget,
  type WebhookTarget,
} from './webhook-target.ts';
