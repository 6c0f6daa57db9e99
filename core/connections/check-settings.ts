import {
  integrationSettings,
  environment,
  type testIntegration,
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
import { fieldIssues, type FieldIssue } from './check-fields.ts';
import { redirectUriOf, type ConnectDeps } from './connect-deps.ts';
import { httpThrough } from './fetch-through.ts';
import { targetOf } from './oauth-client.ts';
import { randomText } from './oauth-state.ts';
import { readIntegrationRow } from './store.ts';

/** The person waits in front of a form. */
const patienceMs = 10_000;

interface Check {
  name: 'hosts' | 'client' | 'provider';
  ok: boolean;
  message: string;
}

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
      if (body.values !== undefined) {
        const fields = provider.auth.kind === 'oauth2' ? [] : provider.auth.fields;
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
    const hostsCheck: Check = {
      name: 'hosts',
      ok: wrong.length === 0,
      message:
        wrong.map(({ path, message }) => `${path}: ${message}`).join(' ') || 'Every address may be called.',
    };
    if (wrong.length > 0) return { ok: false, checks: [hostsCheck] };
    const sandbox =
      (saved?.row.environment ?? body.environment) === 'sandbox'
        ? deps.registry.sandbox(provider.id)
        : undefined;
    const hosts = resolveHosts(provider.hosts, { ...sandbox?.hosts, ...own });
    const checks = [hostsCheck, ...(await tryOut(deps, provider, hosts, clientFor()))];
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

async function tryOut(
  deps: ConnectDeps,
  provider: Provider,
  hosts: Hosts,
  client: OAuthClient | undefined,
): Promise<Check[]> {
  const { auth, name } = provider;
  const http = httpThrough(deps.egress, AbortSignal.timeout(patienceMs));
  const answered: Check = { name: 'provider', ok: true, message: `${name} answers.` };
  const away: Check = { name: 'provider', ok: false, message: `${name} did not answer properly.` };
  if (auth.kind !== 'oauth2') {
    try {
      const response = await http(buildRequest(hosts, provider.test, provider.api.headers));
      return [response.status < 500 ? answered : away];
    } catch {
      return [away];
    }
  }
  if (client === undefined) {
    return [
      { name: 'client', ok: false, message: `The client id and secret of your ${name} app are missing.` },
    ];
  }
  const known: Check = { name: 'client', ok: true, message: 'The client id and secret were not refused.' };
  const unknown: Check = {
    name: 'client',
    ok: false,
    message: `${name} does not know this client id, or the secret is not its own.`,
  };
  const context = { hosts, http, now: () => deps.clock.now(), client };
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
    if (!(error instanceof ProviderError) || error.kind === 'provider_error' || error.kind === 'rate_limited')
      return [away];
    const refused = error.kind === 'forbidden' || /client/i.test(error.problem.providerCode ?? '');
    return [refused ? unknown : known, answered];
  }
}
