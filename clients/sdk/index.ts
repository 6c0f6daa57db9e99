/**
 * The TypeScript SDK: the contract and fetch, for Node and for browsers.
 *
 * Why so small: routes, their input and their answers are typed by the contract that the server itself checks
 * with, so that there is nothing to generate and nothing to fall behind.
 *
 *   const client = createClient({ baseUrl, credential: operatorKey, tenant: 'ten_…' });
 *   const { data } = await client.call(listIntegrations);
 *   for await (const event of client.paginate(listEvents, { query: { type: 'contact.updated' } })) …
 *
 * Flow: `call` builds the request, sends it, tries again where that cannot do harm (retry.ts decides, call.ts
 * acts) and throws a MortiseError with the server's code otherwise. `stream` carries hints that something
 * changed, never the truth itself: after a gap it says `resync`, and the reader reads anew.
 */
export { createClient, type Client, type ClientOptions } from './client.ts';
export type { CallInput, CallOptions } from './call.ts';
export { MortiseError, type FieldIssue, type MortiseErrorCode } from './error.ts';
export { publish, type PublishOptions } from './publish.ts';
export type { RowOf } from './paginate.ts';
export type { RetryPolicy } from './retry.ts';
export type { Login } from './sign-in.ts';
export type { StreamOptions } from './stream.ts';
