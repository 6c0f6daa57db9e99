import {
  integrationSettings,
  environment,
  type testIntegration,
  type RouteOutput,
  type validateIntegration,
} from '@mortise/contract';
import { EgressError } from '@mortise/platform/egress';
import {
  buildRequest,
  ProviderError,
  resolveHosts,
  type Hosts,
  type OAuthClient,
  type Provider,
} from '@mortise/providers/kit';
import { bareId, MortiseError, notFound, type Handler } from '../kernel/index.ts';
import { checkFields, fieldIssues, type FieldIssue } from './check-fields.ts';
import { redirectUriOf, type ConnectDeps } from './connect-deps.ts';
import { faultOf, faultWords, type Fault } from './fault.ts';
import { unknownResources } from './features.ts';
import { inputFields } from './inputs-for.ts';
import { isByClient } from './show.ts';
import { httpThrough } from './fetch-through.ts';
import { targetOf } from './oauth-client.ts';
import { randomText } from './oauth-state.ts';
import { readIntegrationRow } from './store.ts';

/** The person waits in front of a form. */
const patienceMs = 10_000;

type Check = RouteOutput<typeof testIntegration>['checks'][number];

const fine = (name: Check['name'], message: string): Check => ({
  name,
  ok: true,
  message,
  fault: null,
  retryAfterSeconds: null,
});
const bad = (name: Check['name'], provider: Provider, fault: Fault): Check => ({
  name,
  ok: false,
  message: faultWords(fault, provider.name),
  ...fault,
});
/** Faults that say something of what was entered; with the others the provider has not got as far as judging it. */
const judged = new Set<Fault['fault']>(['wrong_client', 'wrong_key', 'forbidden']);

/** Base URLs that do not fit the provider or that no call may go to, by name. */
function hostIssues(
  deps: ConnectDeps,
  provider: Provider,
  hosts: Readonly<Record<string, string>>,
  at: string,
): FieldIssue[] {
  return Object.entries(hosts).flatMap(([name, url]) => {
    const path = `${at}.${name}`;
    if (!Object.hasOwn(provider.hosts, name)) {
      return [
        { path, message: `There is no such address. Known: ${Object.keys(provider.hosts).join(', ')}.` },
      ];
    }
    try {
      deps.egress.checkUrl(url);
      return [];
    } catch (error) {
      return [{ path, message: error instanceof EgressError ? error.message : 'This is not a URL.' }];
    }
  });
}

/** Judges settings without a call to anybody. */
export function validateHandler(deps: ConnectDeps): Handler<typeof validateIntegration> {
  const shape = integrationSettings.partial().extend({ environment: environment.optional() }).strict();
  return async (_context, { body }) => {
    const provider = deps.registry.find(body.provider);
    const issues: FieldIssue[] = [];
    if (provider === undefined) {
      issues.push({ path: 'body.provider', message: 'There is no such provider here.' });
    } else {
      const parsed = shape.safeParse(body.settings);
      for (const { path, message } of parsed.error?.issues ?? [])
        issues.push({ path: ['body.settings', ...path].join('.'), message });
      issues.push(...hostIssues(deps, provider, parsed.data?.hosts ?? {}, 'body.settings.hosts'));
      for (const name of unknownResources(provider, parsed.data?.features)) {
        issues.push({ path: 'body.settings.features.resources', message: `There is no resource ${name}.` });
      }
      if (body.values !== undefined) {
        const fields =
          provider.auth.kind !== 'oauth2'
            ? provider.auth.fields
            : isByClient(provider)
              ? inputFields(provider.auth, { ...provider.hosts, ...parsed.data?.hosts })
              : [];
        issues.push(...fieldIssues(fields, body.values, 'body.values'));
      }
    }
    return { valid: issues.length === 0, issues };
  };
}

/** Tries settings, saved or not, at the provider. Nothing is kept of it. */
export function testHandler(deps: ConnectDeps): Handler<typeof testIntegration> {
  return async ({ tenantId }, { body }) => {
    const saved =
      body.integrationId === undefined
        ? undefined
        : await deps.db.tenant(tenantId, async (tx) => {
            const row = await readIntegrationRow(
              tx,
              tenantId,
              bareId('integration', body.integrationId ?? ''),
            );
            if (row === undefined) throw notFound();
            return { row, target: await targetOf(tx, deps, tenantId, row) };
          });
    const provider = saved?.target.provider ?? deps.registry.find(body.provider ?? '');
    if (provider === undefined) {
      throw new MortiseError('invalid_request', {
        issues: [{ path: 'body.provider', message: 'Name a provider that is installed, or an integration.' }],
      });
    }
    const own = body.hosts ?? (saved?.row.hosts as Record<string, string> | undefined) ?? {};
    const wrong = hostIssues(deps, provider, own, 'hosts');
    if (wrong.length > 0) {
      const message = wrong.map(({ path, message: why }) => `${path}: ${why}`).join(' ');
      return { ok: false, checks: [{ ...bad('hosts', provider, addressRefused), message }] };
    }
    const sandbox =
      (saved?.row.environment ?? body.environment) === 'sandbox'
        ? deps.registry.sandbox(provider.id)
        : undefined;
    const known = resolveHosts(provider.hosts, { ...sandbox?.hosts, ...own });
    const values = body.values === undefined ? undefined : entered(provider, body.values, known);
    const hosts = isByClient(provider) ? resolveHosts(known, {}, { ...values }) : known;
    const checks = [
      fine('hosts', 'Every address may be called.'),
      ...(await tryOut(deps, { provider, hosts, client: clientFor(), values })),
    ];
    return { ok: checks.every(({ ok }) => ok), checks };

    /** The secret that is kept goes nowhere but to the addresses that are kept with it. */
    function clientFor(): OAuthClient | undefined {
      const kept = body.hosts === undefined ? saved?.target.client : undefined;
      const id = body.clientId === undefined ? (kept?.id ?? saved?.row.client_id) : body.clientId;
      const secret = body.clientSecret === undefined ? kept?.secret : body.clientSecret;
      return id == null || secret == null ? sandbox?.client : { id, secret };
    }
  };
}

/** A base URL that no call may go to is as good as nobody there. */
const addressRefused: Fault = { fault: 'unreachable', retryAfterSeconds: null };

/** @throws MortiseError invalid_request, field by field; unprocessable where nothing is entered */
function entered(provider: Provider, values: Readonly<Record<string, string>>, hosts: Hosts) {
  const { auth } = provider;
  if (auth.kind !== 'oauth2') return checkFields(auth.fields, values, 'body.values');
  if (isByClient(provider)) return checkFields(inputFields(auth, hosts), values, 'body.values');
  throw new MortiseError('unprocessable', {
    detail: `${provider.name} is connected by giving consent there, not by entering something here.`,
  });
}

interface Attempt {
  provider: Provider;
  hosts: Hosts;
  client: OAuthClient | undefined;
  values: Readonly<Record<string, string>> | undefined;
}

async function tryOut(deps: ConnectDeps, attempt: Attempt): Promise<Check[]> {
  const { provider, hosts, client, values } = attempt;
  const { auth } = provider;
  const http = httpThrough(deps.egress, AbortSignal.timeout(patienceMs));
  const now = () => deps.clock.now();
  const answered = fine('provider', `${provider.name} answers.`);
  const failing = (name: 'client' | 'key', fault: Fault): Check[] =>
    judged.has(fault.fault) ? [bad(name, provider, fault), answered] : [bad('provider', provider, fault)];
  if (auth.kind !== 'oauth2') {
    if (values !== undefined) {
      try {
        const credential = { kind: 'fields' as const, values };
        const { name } = await provider.account({ hosts, http, now, credential, ...(client && { client }) });
        return [fine('key', `What was entered opens the account ${name}.`), answered];
      } catch (error) {
        return failing('key', faultOf(error, 'key'));
      }
    }
    try {
      const response = await http(buildRequest(hosts, provider.test, provider.api.headers));
      const verdict = provider.api.classify(response, now());
      // Without a key it can but refuse.
      const isUp = verdict.kind !== 'provider_error' && verdict.kind !== 'rate_limited';
      return isUp ? [answered] : failing('key', faultOf(new ProviderError(verdict), 'key'));
    } catch (error) {
      return failing('key', faultOf(error, 'key'));
    }
  }
  if (client === undefined) {
    return [bad('client', provider, { fault: 'client_missing', retryAfterSeconds: null })];
  }
  const known = fine('client', 'The client id and secret were not refused.');
  const context = { hosts, http, now, client };
  try {
    // A code that nobody was given: whoever refuses the code has taken the client.
    const code = {
      code: randomText(),
      codeVerifier: randomText(),
      redirectUri: redirectUriOf(deps, provider.id),
    };
    await (auth.grant === 'client_credentials'
      ? auth.clientCredentials(context)
      : auth.exchangeCode({ ...context, ...code }));
    return [known, answered];
  } catch (error) {
    const fault = faultOf(error, 'token');
    return fault.fault === 'provider_refused' ? [known, answered] : failing('client', fault);
  }
}
