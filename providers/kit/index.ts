/**
 * The provider kit: what every third-party service has in common, so that a provider's folder states only
 * how it deviates.
 *
 * Data first: a provider is one value (`defineProvider`). Its resources describe requests as plain data
 * (`HttpRequestSpec`) and read answers with pure functions; whoever runs them (core) resolves the host,
 * authenticates, spends the rate budget, sends through its own guarded door, classifies and retries. Hence an
 * adapter cannot know whether it talks to the real service or to an emulator: only `hosts` differ.
 *
 * Flow of one call: `resource.list(args)` -> `buildRequest(hosts, spec)` -> `auth.authenticate` -> http ->
 * `api.classify` -> `resource.readPage`. `callProvider` is that flow without budget and retries.
 * Flow of an incremental run: `startIncremental` -> `incrementalRequest` -> `advanceIncremental` …, whose state
 * is JSON and can stand in a checkpoint.
 *
 * What most have alike is data: an API with JSON errors (`jsonApi`), whose account it is (`accountAt`), a REST list
 * with its records (`restResource`), and every usual way to authenticate (`oauth2`, `apiKey`, `bearer`, `basic`).
 *
 * Hooks exist where providers deviate: token parameter names and body formats, token ladders, errors inside 200s,
 * verifiers without a signature. The emulator base and the conformance suite have doors of their own
 * (`kit/emulator`, `kit/conformance.ts`), because production code never loads them.
 *
 * Imports nothing but zod and node.
 */
export * from './types.ts';
export { defineProvider, resource } from './define-provider.ts';
export { ProviderError } from './provider-error.ts';
export { resolveHosts, resolveUrl } from './resolve-url.ts';
export { buildRequest, fullUrl } from './build-request.ts';
export { httpResponse } from './http-response.ts';
export { callProvider } from './call-provider.ts';
export { parseRetryAfter } from './parse-retry-after.ts';
export { classifier } from './classifier.ts';
export type { ClassifierOptions } from './classifier.ts';
export { jsonApi } from './json-api.ts';
export type { JsonApiOptions } from './json-api.ts';
export { accountAt } from './account-at.ts';
export { restResource } from './rest-resource.ts';
export type { RestResourceOptions } from './rest-resource.ts';
export { cursor, nextLink, offset, pageNumber, readPath } from './pagination.ts';
export {
  advanceIncremental,
  incrementalRequest,
  readIncrementalPage,
  startIncremental,
} from './incremental.ts';
export type { IncrementalState } from './incremental.ts';
export { tellWithdrawal } from './tell-withdrawal.ts';
export { oauth2 } from './auth/oauth2.ts';
export type { OAuth2Options } from './auth/oauth2.ts';
export { apiKey, basic, bearer, custom, sigv4 } from './auth/fields-auth.ts';
export { hmacSha256 } from './webhooks/hmac-sha256.ts';
export type { HmacSha256Options } from './webhooks/hmac-sha256.ts';
export { sharedSecret } from './webhooks/shared-secret.ts';
export { sameSecret } from './webhooks/same-secret.ts';
