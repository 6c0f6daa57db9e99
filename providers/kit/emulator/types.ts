import type { FaultBox, Fault } from './fault-box.ts';
import type { RecordStore } from './record-store.ts';
import type { Change, Collection, EmulatedAccount } from './record-types.ts';
import type { RequestLimits } from './request-limits.ts';
import type { TokenOptions, TokenStore } from './token-store.ts';

export type * from './record-types.ts';

export interface EmulatorRequest {
  method: string;
  /** Which of the provider's hosts it came to. */
  host: string;
  path: string;
  /** The full URL as the client sent it. */
  url: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Filled from the route's `:name` parts. */
  params: Readonly<Record<string, string>>;
}

export interface EmulatorResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Breaks the connection instead of answering. */
  drop?: boolean;
}

export type Handler = (request: EmulatorRequest) => EmulatorResponse | Promise<EmulatorResponse>;

export interface Route {
  method: string;
  host: string;
  /** `/crm/v3/objects/:type/:id`; `:name` is one segment. */
  path: string;
  handler: Handler;
}

export interface OutgoingWebhook {
  method: 'POST';
  headers: Record<string, string>;
  body: string;
}

export interface WebhookTarget {
  url: string;
}

/** What one running emulator stands on. */
export interface World {
  definition: EmulatorDefinition;
  seed: number;
  now: () => Date;
  records: RecordStore;
  tokens: TokenStore;
  faults: FaultBox;
  limits: RequestLimits;
  /** Where consent leads back to, for providers that take it from the app's registration and not from the request. */
  redirectUri?: string;
}

/** A provider's emulator as data, with its routes. Its published API is spoken by the routes alone. */
export interface EmulatorDefinition {
  id: string;
  name: string;
  /** The brand's colour, for the consent screen and the control page. */
  color: string;
  logo: URL;
  hosts: readonly string[];
  /** Host on which faults strike: the API, and not the screens a person sees. */
  faultHost: string;
  /** The OAuth client that is registered from the start. */
  client: { id: string; secret: string; name: string };
  /** What its webhooks are signed with, or repeat, where that is not the client's secret. */
  webhookSecrets?: readonly string[];
  accounts: readonly [EmulatedAccount, ...EmulatedAccount[]];
  collections: readonly Collection[];
  tokens: TokenOptions;
  routes(world: World): readonly Route[];
  /** The provider's own shape of a failure on demand. */
  faultResponse(fault: Fault): EmulatorResponse;
  /** The delivery that tells of a change, signed as the provider signs; undefined when it tells nobody. */
  webhook?(change: Change, target: WebhookTarget, world: World): OutgoingWebhook | undefined;
}
