// Long, because these types are one vocabulary: a provider is read against this page.
import type { z } from 'zod';

// ---------------------------------------------------------------- HTTP

/** Named absolute base URLs without a trailing slash. A value may hold `{name}` placeholders (a portal's own host). */
export type Hosts = Readonly<Record<string, string>>;

/** A place at the provider: `'api:/oauth/v3/token'` or `{ host: 'api', path: '/oauth/v3/token' }`. */
export type UrlRef = string | { readonly host: string; readonly path: string };

export type HttpMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request ready for the wire. `url` is absolute; `query`, if any, is added to it (see `fullUrl`). */
export interface HttpRequest {
  method: HttpMethod;
  url: string;
  headers: Record<string, string>;
  query?: Record<string, string>;
  body?: string | Uint8Array;
  timeoutMs?: number;
}

/** One answer. Header names are in lower case. `json()` throws a SyntaxError on a body that is not JSON. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  text(): string;
  json(): unknown;
}

/** The way out, given by the caller (core gives the guarded egress). Rejects only when there is no answer at all. */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

/** A request as pure data: the caller resolves the host, authenticates it, spends `budget` on it and may retry it. */
export interface HttpRequestSpec {
  method: HttpMethod;
  url: UrlRef;
  /** An array becomes a repeated parameter; undefined values are left out. */
  query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  headers?: Readonly<Record<string, string>>;
  /** At most one of json, form and body. */
  json?: unknown;
  form?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Which of `api.rateLimits` pays for it; `default` when absent. */
  budget?: string;
  /** May be sent again when the outcome is unknown. GET, PUT and DELETE are by default; a search by POST says so. */
  idempotent?: boolean;
  timeoutMs?: number;
}

// ---------------------------------------------------------------- verdicts

export type ProblemKind =
  | 'auth_expired'
  | 'forbidden'
  | 'rate_limited'
  | 'not_found'
  | 'invalid'
  | 'conflict'
  | 'provider_error'
  | 'revoked';

/** What went wrong, in words an operator may read. Never holds a secret. */
export interface Problem {
  kind: ProblemKind;
  message: string;
  /** The provider's own code, for the operator: `VALIDATION_ERROR`, `190`. */
  providerCode?: string;
  /** The provider's own id of the failed request, for its support. */
  providerRequestId?: string;
  retryAfterMs?: number;
}

export type Verdict = { kind: 'ok'; message: string } | Problem;

// ---------------------------------------------------------------- credentials and auth

/** What a connection holds after OAuth. Times are absolute: a lifetime is never hard-coded. */
export interface TokenSet {
  accessToken: string;
  refreshToken?: string;
  expiresAt?: Date;
  refreshExpiresAt?: Date;
  scopes?: string[];
  tokenType: string;
  /** What else the token reply told and later calls need (`hub_id`, `client_endpoint`, `open_id`). JSON values. */
  extra?: Record<string, unknown>;
}

/** Secret material of a connection: tokens from OAuth, or the fields a person typed in. */
export type Credential =
  | { kind: 'oauth2'; tokens: TokenSet }
  | { kind: 'fields'; values: Readonly<Record<string, string>> };

/** One input of a form: a credential, or something asked before OAuth starts (a portal's address). */
export interface InputField {
  name: string;
  label: string;
  secret: boolean;
  required: boolean;
  help?: string;
  placeholder?: string;
  /** A regular expression source the value must match in full. */
  pattern?: string;
}

export interface OAuthClient {
  id: string;
  secret: string;
}

interface AuthBase {
  /** Adds the credential to a request. Pure; throws TypeError for a credential of another kind. */
  authenticate(request: HttpRequest, credential: Credential, now: Date): HttpRequest;
}

export interface FieldsAuth extends AuthBase {
  kind: 'apiKey' | 'basic' | 'bearer' | 'sigv4' | 'custom';
  /** What a person types in to connect. */
  fields: readonly InputField[];
}

export interface AuthorizationUrlInput {
  hosts: Hosts;
  client: OAuthClient;
  redirectUri: string;
  state: string;
  /** Result of `codeChallenge(verifier)`; ignored when the provider does not take PKCE. */
  codeChallenge?: string;
  /** Defaults to the provider's own `scopes`. */
  scopes?: readonly string[];
}

export interface OAuthContext {
  hosts: Hosts;
  http: Http;
  now: () => Date;
  client: OAuthClient;
}

export interface ExchangeCodeContext extends OAuthContext {
  code: string;
  redirectUri: string;
  codeVerifier?: string;
  /** Every parameter of the callback: some providers tell the account or the host there. */
  callback?: Readonly<Record<string, string>>;
}

export interface ClientCredentialsContext extends OAuthContext {
  /** Defaults to the provider's own `scopes`. */
  scopes?: readonly string[];
}

export interface TokensContext extends OAuthContext {
  tokens: TokenSet;
}

export interface OAuth2Auth extends AuthBase {
  kind: 'oauth2';
  grant: 'authorization_code' | 'client_credentials';
  scopes: readonly string[];
  pkce: boolean;
  /** Asked before the authorisation starts; the values fill `{name}` in hosts. */
  inputs: readonly InputField[];
  /** True when the provider has a revocation endpoint. */
  revocable: boolean;
  /** A token younger than this must not be refreshed; 0 when any may. */
  refreshNotBeforeMs: number;
  /** The provider blocks apps that renew on a timer: refresh only for a call, once the token has run out. */
  refreshOnlyOnDemand?: boolean;
  /** The PKCE challenge of a verifier, S256 unless the provider deviates. */
  codeChallenge(verifier: string): string;
  authorizationUrl(input: AuthorizationUrlInput): string;
  /** Code for tokens (RFC 6749 4.1.3). Throws ProviderError: `revoked` = this code will never work. */
  exchangeCode(ctx: ExchangeCodeContext): Promise<TokenSet>;
  /** Tokens for fresh tokens (RFC 6749 6); omitted fields keep the old values. ProviderError `revoked` = reconnect. */
  refresh(ctx: TokensContext): Promise<TokenSet>;
  /** RFC 7009. Resolves when the provider no longer honours the tokens; a no-op when `revocable` is false. */
  revoke(ctx: TokensContext): Promise<void>;
  /** Only for the client_credentials grant (RFC 6749 4.4). */
  clientCredentials(ctx: ClientCredentialsContext): Promise<TokenSet>;
}

export type Auth = FieldsAuth | OAuth2Auth;

// ---------------------------------------------------------------- API

/** `requests` in any window of `perMs`, counted per connection unless `scope` says the whole OAuth client shares it. */
export interface RateBudget {
  requests: number;
  perMs: number;
  scope?: 'connection' | 'client';
}

export interface RateReading {
  limit?: number;
  remaining?: number;
  windowMs?: number;
  resetAt?: Date;
}

export interface Api {
  /** `default` always; others by name, chosen by a request's `budget`. */
  rateLimits: Readonly<Record<string, RateBudget>> & { readonly default: RateBudget };
  /** Sent with every request: a User-Agent where the provider insists on one. */
  headers?: Readonly<Record<string, string>>;
  readRateHeaders(headers: Readonly<Record<string, string>>, now: Date): RateReading | undefined;
  /** Where the provider tells its limits in the answer's body instead. Pure; undefined for any other body. */
  readRateBody?(response: HttpResponse, now: Date): RateReading | undefined;
  /** The verdict over any answer, 200s with an error inside included. Pure. */
  classify(response: HttpResponse, now: Date): Verdict;
}

// ---------------------------------------------------------------- identity

/** `id` is the provider's immutable id of the account, unique within the provider. */
export interface Account {
  id: string;
  name: string;
  metadata: Record<string, unknown>;
}

export interface ProviderContext {
  hosts: Hosts;
  http: Http;
  now: () => Date;
  credential: Credential;
  /** Present for OAuth connections: some identity calls need it. */
  client?: OAuthClient;
}

// ---------------------------------------------------------------- resources

export interface ListArgs {
  cursor?: string;
  limit: number;
}

export interface IncrementalArgs extends ListArgs {
  /** Inclusive. */
  since: Date;
  /** Inclusive. */
  until?: Date;
}

export interface TieArgs extends ListArgs {
  /** Records changed at exactly this time… */
  at: Date;
  /** …whose id is past this one, ordered by id. */
  afterId?: string;
}

export interface Page {
  records: unknown[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
  total?: number;
}

export interface Incremental {
  /** Records changed in [since, until], ordered by change time, oldest first, unless `order` says otherwise. */
  request(args: IncrementalArgs): HttpRequestSpec;
  /**
   * What [since, until] is held against. `created`: the provider filters by creation alone. A walk then finds what
   * was made since `lookBackMs` before the checkpoint, as it is now, oldest first; the change of an older record
   * waits for a webhook or a full run. Default: `changed`.
   */
  window?: 'changed' | 'created';
  /**
   * The provider takes no lower bound, and lists newest first: the walk ends with the first page that reaches below
   * `since`. Needs `updatedAtOf`, the time by which the list runs.
   */
  newestFirst?: boolean;
  /** `args` as for the resource's own `readPage`, which stands in where this is absent. */
  readPage?(response: HttpResponse, args?: ListArgs): Page;
  /** How far before the checkpoint a run starts, because the provider's index lags behind its writes. */
  lookBackMs: number;
  pageSize?: number;
  /**
   * The cursor is an offset into a list that moves while it is read: a change between two pages would shift it and
   * skip a record. Every page then starts a new window at the last change time seen. Needs `ties`.
   */
  movingOffset?: boolean;
  /** The provider pages no further than this: a new window then starts at the last change time seen. */
  maxResults?: number;
  /** Walks records that share one change time when they fill a whole window. */
  ties?(args: TieArgs): HttpRequestSpec;
}

export interface Deleted {
  /** Lists what was deleted. A record that is in neither listing was purged. */
  list(args: ListArgs): HttpRequestSpec;
  readPage?(response: HttpResponse): Page;
  deletedAtOf?(raw: unknown): Date | undefined;
}

export type FieldValues = Readonly<Record<string, unknown>>;

export interface FieldSpec {
  name: string;
  label: string;
  type: 'string' | 'number' | 'boolean' | 'date' | 'datetime' | 'email' | 'phone' | 'url' | 'enum' | 'json';
  writable: boolean;
  required?: boolean;
  /** Taken by create or update and never told again (a file to send): `fieldsOf` leaves it out. */
  writeOnly?: boolean;
}

export interface Resource<T = unknown> {
  name: string;
  label: string;
  /** Singular, the start of its event types: `contact` gives `contact.created`. */
  eventPrefix: string;
  /** The raw record. What does not fit goes to quarantine with the reason. */
  schema: z.ZodType<T>;
  idOf(raw: T): string;
  updatedAtOf?(raw: T): Date | undefined;
  display(raw: T): { title: string; subtitle?: string };
  /** The record's fields, flat, by the names in `fields`: what mappings read and what create and update take. */
  fieldsOf(raw: T): Record<string, unknown>;
  fields: readonly FieldSpec[];
  /** Largest page the provider gives; the default `limit`. */
  pageSize: number;
  /** The list ends after about so many: what is missing from it may still exist, and must not be taken for deleted. */
  listEndsAt?: number;
  list(args: ListArgs): HttpRequestSpec;
  /** Reads a page of `list`. `args` are those it was asked with, for cursors that the answer alone does not tell. */
  readPage(response: HttpResponse, args?: ListArgs): Page;
  incremental?: Incremental;
  deleted?: Deleted;
  /**
   * `read` gives undefined where a success says that there is no such record.
   * What was asked for is given to it where the answer alone does not tell a record's whole id.
   */
  get?: { request(id: string): HttpRequestSpec; read(response: HttpResponse, id?: string): unknown };
  create?: {
    request(fields: FieldValues): HttpRequestSpec;
    read(response: HttpResponse, fields?: FieldValues): unknown;
  };
  update?: {
    request(id: string, fields: FieldValues): HttpRequestSpec;
    /** Undefined where the answer does not hold the record: `get` then reads it. */
    read(response: HttpResponse): unknown;
  };
  delete?: { request(id: string): HttpRequestSpec };
}

// ---------------------------------------------------------------- webhooks

export interface WebhookInput {
  method: string;
  /** As the provider knew it: the public URL, with query. */
  url: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  rawBody: Uint8Array;
  secret: string;
  /** What was entered at the provider to know its set-up handshake by (`hub.verify_token`). Never the secret. */
  verifyToken?: string;
  now: Date;
}

export type WebhookVerdict =
  | { ok: true }
  | { ok: false; reason: 'missing_signature' | 'bad_signature' | 'missing_timestamp' | 'stale_timestamp' };

export interface ProviderEvent {
  /** The same for every delivery of the same happening. */
  dedupeKey: string;
  /** Absent where deliveries do not tell it: it is then the account whose `own` secret verified the delivery. */
  accountId?: string;
  resource: string;
  externalId: string;
  kind: 'created' | 'updated' | 'deleted';
  occurredAt: Date;
}

/** An account took its permission back at the provider: its tokens are worthless. */
export interface Withdrawal {
  dedupeKey: string;
  accountId: string;
  occurredAt: Date;
}

export interface Webhooks {
  /** Over the raw bytes, in constant time, failing closed. */
  verify(input: WebhookInput): WebhookVerdict;
  /** What a verified delivery tells. Unknown event types are left out; a body that cannot be read throws. */
  events(rawBody: Uint8Array, headers?: Readonly<Record<string, string>>): ProviderEvent[];
  /** Accounts that a verified delivery says have withdrawn their permission. */
  withdrawals?(rawBody: Uint8Array, headers?: Readonly<Record<string, string>>): Withdrawal[];
  /** Answer to a set-up handshake (`hub.challenge`), undefined when the request is none. */
  challenge?(
    input: WebhookInput,
  ): { status: number; headers: Record<string, string>; body: string } | undefined;
  /** Which secret signs: the OAuth client's, or one of the webhook's own. */
  secret: 'oauth_client' | 'own';
  /** The query parameter of the webhook's own address that holds the secret, where nothing else can. */
  secretParam?: string;
  /** False where a delivery only repeats a secret: nothing then proves that its content was not changed. */
  signsBody?: boolean;
}

// ---------------------------------------------------------------- withdrawn consent

/** What a withdrawn consent was for, in words that all providers share; each says which of its own they are. */
export type ConsentCategory = 'communications';

/** How a person is known: by the provider's own id of their record, or by their e-mail address. */
export type KnownPerson = { externalId: string } | { email: string };

/**
 * How a provider is told that a person withdrew their consent: found first, then declined, by requests as data.
 * `tellWithdrawal` is the flow over it. Whoever is not found is never made, and told twice is as told once.
 */
export interface ConsentRegister {
  /** The resource whose records are the people. */
  resource: string;
  /** The provider's own category for each of ours that it has. */
  categories: Readonly<Partial<Record<ConsentCategory, string>>>;
  /** Reads a person, and makes nobody. Undefined where the provider cannot be asked by this. */
  find(person: KnownPerson): HttpRequestSpec | undefined;
  /** What `decline` needs of the person; undefined where a success says that there is no such person. */
  read(response: HttpResponse, person: KnownPerson): unknown;
  /** Files the withdrawal with a person that was read, and leaves all else. Undefined where it is filed already. */
  decline(found: unknown, category: string): HttpRequestSpec | undefined;
}

// ---------------------------------------------------------------- provider

/** A provider that is not offered unless this installation enables it. */
export interface Availability {
  /** What the operator names to enable it. */
  flag: string;
  /** Why it is off, in words for whoever decides: what enabling it takes upon them. */
  reason: string;
}

export interface Provider {
  id: string;
  name: string;
  /** Absent: offered to everyone. Present: refused, and not shown, until its flag is enabled. */
  availability?: Availability;
  category:
    | 'crm'
    | 'marketing'
    | 'payments'
    | 'documents'
    | 'social'
    | 'messaging'
    | 'storage'
    | 'analytics'
    | 'other';
  description: string;
  /** File URL of the mark, SVG. */
  logo: URL;
  docsUrl: string;
  hosts: Hosts;
  auth: Auth;
  api: Api;
  /** Cheapest call that proves the credential still works. */
  test: HttpRequestSpec;
  /** Whose account this is. Throws ProviderError. */
  account(ctx: ProviderContext): Promise<Account>;
  resources: Readonly<Record<string, Resource>>;
  webhooks?: Webhooks;
  /** Present where the provider keeps what people consent to, and can be told of a withdrawal. */
  consent?: ConsentRegister;
}
