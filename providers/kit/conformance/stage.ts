import { randomBytes } from 'node:crypto';
import { buildRequest, fullUrl } from '../build-request.ts';
import { httpResponse } from '../http-response.ts';
import { resolveHosts } from '../resolve-url.ts';
import { serveEmulator } from '../emulator/serve-emulator.ts';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import type { EmulatedRecord, EmulatorDefinition } from '../emulator/types.ts';
import type {
  Credential,
  FieldValues,
  Hosts,
  Http,
  HttpRequestSpec,
  HttpResponse,
  KnownPerson,
  OAuth2Auth,
  OAuthContext,
  Provider,
  ProviderContext,
  TokenSet,
} from '../types.ts';

export interface Subject {
  provider: Provider;
  emulator: EmulatorDefinition;
  /** Fields for a new record and a change of it, by resource: for those that can be written. */
  samples: Readonly<Record<string, { create: FieldValues; update: FieldValues; invalid?: FieldValues }>>;
  /** Records per account where the usual few hundred make no sense: of what other records stand under. */
  counts?: Readonly<Record<string, number>>;
  /** By resource, an id of the provider's own form that no record has; `1` where absent. */
  missing?: Readonly<Record<string, string>>;
  /** For providers without OAuth; absent: the chosen account's `fields`, or its `apiKey` in the first. */
  credential?: Credential;
  /** What verifies webhooks in the emulator, where that is not the client's secret. */
  webhookSecret?: string;
  /** Where a refused consent ends: back in the app as `access_denied` (default), or on the provider's own page. */
  refusal?: 'redirect' | 'page';
  /** A change that the provider tells of by webhook, where it does not tell of any; each value is another change. */
  told?: {
    collection: string;
    fields(value: string): Record<string, string>;
    /** The provider tells of what is new; otherwise the first record is changed. */
    kind?: 'created';
  };
  /** For providers that can be told of a withdrawn consent. */
  withdrawal?: {
    /** The field of a record that says what the person consents to. */
    field: string;
    /** That field with the consent granted, and others beside it. */
    granted: Readonly<Record<string, string>>;
    /** Every way in which a person of the emulator can be named. */
    persons(record: EmulatedRecord): KnownPerson[];
    /** People that nobody is, one a way of naming them. */
    unknown: readonly KnownPerson[];
    isDeclined(record: EmulatedRecord): boolean;
    /** Whether what `granted` holds beside the consent is there still. */
    keepsOthers(record: EmulatedRecord): boolean;
  };
}

export interface Check {
  name: string;
  run: () => Promise<void>;
}

/** One emulator with one adapter before it, on a clock that the check moves. */
export interface Stage {
  subject: Subject;
  emulator: Emulator;
  hosts: Hosts;
  clock: { now: Date; advance(ms: number): void };
  oauth: OAuthContext;
  sent: { url: string; headers: Record<string, string>; body: string }[];
  context(credential: Credential): ProviderContext;
  /** Consent given by a person, exchanged for tokens. */
  connect(accountIndex?: number): Promise<Credential>;
  /** An authenticated call, whatever its outcome. */
  call(credential: Credential, spec: HttpRequestSpec): Promise<HttpResponse>;
}

export const REDIRECT_URI = 'http://127.0.0.1:4999/callback';

/** Real HTTP by node's own client, redirects left alone. */
export const http: Http = async (request) => {
  const response = await fetch(fullUrl(request), {
    method: request.method,
    headers: request.headers,
    redirect: 'manual',
    ...(request.body === undefined ? {} : { body: Buffer.from(request.body as string) }),
    ...(request.timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(request.timeoutMs) }),
  });
  return httpResponse(
    response.status,
    Object.fromEntries(response.headers),
    new Uint8Array(await response.arrayBuffer()),
  );
};

/** A check that runs on a stage of its own. */
export function check(
  subject: Subject,
  name: string,
  act: (stage: Stage) => Promise<void>,
  options: Partial<EmulatorOptions> = {},
): Check {
  return { name, run: () => onStage(subject, options, act) };
}

async function onStage(
  subject: Subject,
  options: Partial<EmulatorOptions>,
  act: (stage: Stage) => Promise<void>,
) {
  const { provider } = subject;
  const clock = {
    now: new Date('2026-11-20T12:00:00.000Z'),
    advance: (ms: number) => void (clock.now = new Date(clock.now.getTime() + ms)),
  };
  const sent: Stage['sent'] = [];
  const usual = Object.fromEntries(subject.emulator.collections.map((one) => [one.name, 430]));
  const counts = { ...usual, ...subject.counts };
  const served = await serveEmulator(subject.emulator, {
    seed: 11,
    counts,
    now: () => clock.now,
    redirectUri: REDIRECT_URI,
    send: (url, webhook) => {
      sent.push({ url, headers: webhook.headers, body: webhook.body });
      return Promise.resolve(204);
    },
    ...options,
  });
  const hosts = resolveHosts(provider.hosts, served.hosts);
  const { id, secret } = subject.emulator.client;
  const oauth: OAuthContext = { hosts, http, now: () => clock.now, client: { id, secret } };
  const stage: Stage = {
    subject,
    emulator: served.emulator,
    hosts,
    clock,
    oauth,
    sent,
    context: (credential) => ({ ...oauth, credential }),
    connect: async (accountIndex = 0) => {
      if (provider.auth.kind !== 'oauth2') {
        const [field] = provider.auth.fields;
        const { apiKey: key, fields } = subject.emulator.accounts[accountIndex] ?? {};
        const values = field === undefined || key === undefined ? {} : { [field.name]: key };
        return subject.credential ?? { kind: 'fields', values: fields ?? values };
      }
      if (provider.auth.grant === 'client_credentials')
        return { kind: 'oauth2', tokens: await provider.auth.clientCredentials(oauth) };
      return { kind: 'oauth2', tokens: await authorize(stage, provider.auth, accountIndex) };
    },
    call: (credential, spec) => {
      const request = buildRequest(hosts, spec, provider.api.headers);
      return http(provider.auth.authenticate(request, credential, clock.now));
    },
  };
  try {
    await act(stage);
  } finally {
    await served.close();
  }
}

export interface Consent {
  code: string | undefined;
  params: Record<string, string>;
  verifier: string;
  state: string;
}

/** Opens the authorisation URL and decides as a person would. */
export async function consent(
  stage: Stage,
  auth: OAuth2Auth,
  decision: 'allow' | 'deny' = 'allow',
  accountIndex = 0,
): Promise<Consent> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const url = auth.authorizationUrl({
    hosts: stage.hosts,
    client: stage.oauth.client,
    redirectUri: REDIRECT_URI,
    state,
    codeChallenge: auth.codeChallenge(verifier),
  });
  const screen = await http({ method: 'GET', url, headers: {} });
  if (screen.status !== 200)
    throw new Error(`the consent screen answered ${screen.status}: ${screen.text()}`);
  const account = stage.subject.emulator.accounts[accountIndex]?.id ?? '';
  const body = new URLSearchParams({ decision, account }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await http({ method: 'POST', url, headers, body });
  const location = new URL(answer.headers['location'] ?? 'http://no-redirect.invalid');
  const params = Object.fromEntries(location.searchParams);
  return { code: params['code'], params, verifier, state };
}

export async function authorize(stage: Stage, auth: OAuth2Auth, accountIndex = 0): Promise<TokenSet> {
  const { code = '', params, verifier } = await consent(stage, auth, 'allow', accountIndex);
  return auth.exchangeCode({
    ...stage.oauth,
    code,
    redirectUri: REDIRECT_URI,
    codeVerifier: verifier,
    callback: params,
  });
}
