import { randomBytes } from 'node:crypto';
import {
  acceptInvitation,
  completeSetup,
  createInvitation,
  createTenant,
  type Role,
} from '@mortise/contract';
import { createClient, type Client } from '@mortise/sdk';
import { newSetupLink } from '@mortise/core/tenants';
import { createLogger, type Logger } from '@mortise/platform/telemetry';
import type { Provider } from '@mortise/providers/kit';
import { startSandbox, type Sandbox, type SandboxOptions } from '@mortise/sandbox';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { compose, type Mortise } from '../compose.ts';
import { readConfig } from '../config.ts';
import { findPort, localUrl } from '../find-port.ts';
import { CookieJar } from './cookie-jar.ts';

export const testPassword = 'correct horse battery staple';

export interface TestServerOptions {
  /** `api` leaves the background work out; default `all`. */
  role?: 'all' | 'api' | 'worker';
  /** False leaves the sandbox out; default: one with 20 contacts an account and no rate limits. */
  sandbox?: false | Partial<SandboxOptions>;
  /**
   * Further settings, such as MORTISE_PUBLIC_URL. Unless said otherwise loopback may be called and nothing is rate-limited
   * but sign-in.
   */
  settings?: Record<string, string>;
  logger?: Logger;
  /** Providers in place of those of the registry. */
  providers?: readonly Provider[];
}

/** Someone signed in: their own cookies, and a client that sends them. */
export interface TestPerson {
  email: string;
  /** The tenant they act for (`ten_…`). */
  tenantId: string;
  client: Client;
  jar: CookieJar;
  /** The jar's fetch on paths of the server, for what the client hides: headers, raw bodies, the cookies themselves. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * The whole product in this process, as `main.ts` composes it, on a database of its own and free ports, over real
 * HTTP. Takes some 300 ms.
 */
export async function startTestServer(options: TestServerOptions = {}) {
  const database = await createTestDatabase();
  const port = await findPort('127.0.0.1', 0, 'MORTISE_PORT');
  const url = localUrl('127.0.0.1', port);
  const sandbox: Sandbox | undefined =
    options.sandbox === false
      ? undefined
      : await startSandbox({
          port: 0,
          contactsPerAccount: 20,
          enforceLimits: false,
          redirectUri: (provider) => `${url}/api/integrations/callback/${provider}`,
          ...options.sandbox,
        });
  const logger = options.logger ?? createLogger({ level: 'silent' });
  const operatorKey = `mor_operator_${randomBytes(24).toString('base64url')}`;
  const secrets = {
    masterKeys: [randomBytes(32)],
    operatorKey,
    generated: new Set(['MORTISE_MASTER_KEY', 'MORTISE_OPERATOR_KEY']),
  };
  const config = readConfig({
    MORTISE_PORT: String(port),
    MORTISE_ROLE: options.role ?? 'all',
    MORTISE_EGRESS_ALLOW: '127.0.0.0/8',
    MORTISE_RATE_LIMIT: '1000000',
    MORTISE_RATE_LIMIT_OPERATOR: '1000000',
    MORTISE_RATE_LIMIT_LINKS: '1000000',
    ...options.settings,
  });
  const publicUrl = config.values.MORTISE_PUBLIC_URL ?? url;

  /** One more process of the same installation. It stops with the server unless stopped before. */
  async function startPeer(peerPort: number): Promise<Mortise> {
    const mortise = await compose({
      config,
      secrets,
      databaseUrl: database.url,
      publicUrl,
      sandbox,
      logger,
      ...(options.providers === undefined ? {} : { providers: options.providers }),
    });
    await mortise.app.listen({ host: '127.0.0.1', port: peerPort });
    await mortise.start();
    return mortise;
  }
  const mortise = await startPeer(port);

  const clientOf = (jar: CookieJar, tenantId: string) =>
    createClient({
      baseUrl: url,
      tenant: tenantId,
      validate: true,
      fetch: (input, init) => jar.fetch(input, { ...init, redirect: 'manual' }),
    });
  const personOf = (email: string, tenantId: string, jar: CookieJar): TestPerson => ({
    email,
    tenantId,
    jar,
    client: clientOf(jar, tenantId),
    fetch: (path, init) => jar.fetch(url + path, init),
  });
  /** A client of nobody. */
  const visitor = (jar = new CookieJar()) => createClient({ baseUrl: url, validate: true, fetch: jar.fetch });
  const operator = createClient({ baseUrl: url, credential: operatorKey, validate: true });

  let owner: Promise<TestPerson> | undefined;
  async function setUp(): Promise<TestPerson> {
    const link = await newSetupLink(mortise.db, url);
    if (link === undefined) throw new Error('There is an owner already, whom this server did not make');
    const token = tokenOf(link);
    const jar = new CookieJar();
    const email = 'owner@example.com';
    const made = await visitor(jar).call(completeSetup, {
      body: { token, name: 'Olga Owner', email, password: testPassword, organisation: 'Acme' },
    });
    return personOf(email, made.tenantId, jar);
  }

  return {
    url,
    publicUrl,
    port,
    config,
    secrets,
    operatorKey,
    mortise,
    db: mortise.db,
    databaseUrl: database.url,
    sandbox,
    /** Acts with the operator key; for a tenant: `operator.forTenant(id)`. */
    operator,
    visitor,
    personOf,
    startPeer,
    /** The first owner, by the setup link; the same one at each call. */
    owner: () => (owner ??= setUp()),
    /** Makes a tenant with the operator key. */
    async createTenant(name: string): Promise<{ id: string; operator: Client }> {
      const { id } = await operator.call(createTenant, { body: { name } });
      return { id, operator: operator.forTenant(id) };
    },
    /** Makes a member of a tenant by an invitation from the operator, signed in. */
    async member(
      tenantId: string,
      role: Role,
      email = `${role}-${randomBytes(4).toString('hex')}@example.com`,
    ): Promise<TestPerson> {
      const { link } = await operator.forTenant(tenantId).call(createInvitation, { body: { email, role } });
      const jar = new CookieJar();
      // Ten sign-ins a minute from one address is the product's limit, and tests have one address.
      await mortise.db.auth((tx) => tx.query('delete from auth_rate_limits'));
      await visitor(jar).call(acceptInvitation, {
        body: { token: tokenOf(link), name: `A ${role}`, password: testPassword },
      });
      return personOf(email, tenantId, jar);
    },
    /** Stops all and drops the database. */
    async stop(): Promise<void> {
      await mortise.stop();
      await sandbox?.close();
      await database.drop();
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** The token in the fragment of a setup or invitation link. */
export function tokenOf(link: string): string {
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token');
  if (token === null) throw new Error('The link carries no token');
  return token;
}
