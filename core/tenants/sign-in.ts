import { hkdfSync } from 'node:crypto';
import { Kysely, PostgresDialect, CamelCasePlugin } from 'kysely';
import type { Database } from '@mortise/platform/database';
import { MortiseError, newId } from '../kernel/index.ts';

/** A person who is signed in. `id` is bare. */
export interface SignedIn {
  id: string;
  name: string;
  email: string;
}

export interface SignIn {
  /** Answers the sign-in library's own routes under /api/auth; sign-up is not among them. */
  handle(request: Request): Promise<Response>;
  /** Who the request's session cookie belongs to, if to anyone. */
  whoIs(headers: Headers): Promise<SignedIn | null>;
  /**
   * Signs a person in as the form would, its rate limit included.
   *
   * @returns the cookies to set; null when the e-mail and the password do not belong together
   * @throws MortiseError rate_limited when there were too many tries from where it came
   */
  signIn(person: { email: string; password: string }, from: Request): Promise<string[] | null>;
  hashPassword(password: string): Promise<string>;
  close(): Promise<void>;
}

/** The header in which the HTTP layer says where a request came from; what a client sends under it is dropped. */
export const clientAddressHeader = 'x-mortise-client-address';

/** The only paths of the library that are served; all else it can do is switched off by not being reachable. */
const served = new Set(['/api/auth/sign-in/email', '/api/auth/sign-out', '/api/auth/get-session']);

/**
 * Sign-in by e-mail and password with sessions in the database, by better-auth. People, sessions and passwords live in
 * tables that only role mortise_auth may use; tenants and roles are ours (docs/decisions/0003).
 *
 * @param options.masterKey from which the cookie's signing secret is derived
 * @param options.publicUrl where browsers reach us; an https one makes the cookies secure
 */
export function createSignIn(options: { db: Database; masterKey: Uint8Array; publicUrl: string }): SignIn {
  const pool = options.db.poolAs('auth', 4);
  const secret = Buffer.from(
    hkdfSync('sha256', options.masterKey, '', 'mortise session cookies', 32),
  ).toString('hex');
  const secure = options.publicUrl.startsWith('https:');

  // Loaded at first use and not at start: it is the largest library here, and the first page does without it.
  let loading: ReturnType<typeof load> | undefined;
  const library = () => (loading ??= load());

  async function load() {
    const [{ betterAuth }, { hashPassword }] = await Promise.all([
      import('better-auth'),
      import('better-auth/crypto'),
    ]);
    const people = new Kysely<Record<string, never>>({
      dialect: new PostgresDialect({ pool }),
      plugins: [new CamelCasePlugin()],
    });
    const auth = betterAuth({
      appName: 'Mortise',
      baseURL: options.publicUrl,
      basePath: '/api/auth',
      secret,
      database: { db: people, type: 'postgres' },
      // A person may reach the same installation by another name than the public one (localhost, 127.0.0.1).
      trustedOrigins: async (request) => (request === undefined ? [] : [new URL(request.url).origin]),
      user: { modelName: 'auth_users' },
      session: { modelName: 'auth_sessions', expiresIn: 60 * 60 * 24 * 14, updateAge: 60 * 60 * 24 },
      account: { modelName: 'auth_accounts' },
      verification: { modelName: 'auth_verifications' },
      emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
      rateLimit: {
        enabled: true,
        storage: 'database',
        modelName: 'auth_rate_limits',
        customRules: { '/sign-in/email': { window: 60, max: 10 } },
      },
      advanced: {
        cookiePrefix: 'mortise',
        useSecureCookies: secure,
        database: { generateId: () => newId() },
        ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      },
      telemetry: { enabled: false },
      logger: { disabled: true },
    });
    return { auth, hashPassword };
  }

  return {
    async handle(request) {
      if (!served.has(new URL(request.url).pathname)) return new Response(null, { status: 404 });
      const { auth } = await library();
      return auth.handler(request);
    },
    async whoIs(headers) {
      const { auth } = await library();
      const found = await auth.api.getSession({ headers }).catch(async (error: unknown) => {
        // The library hides why it could not ask the database; the database itself says.
        await options.db.auth((tx) => tx.query('select 1'));
        throw error;
      });
      return found === null ? null : { id: found.user.id, name: found.user.name, email: found.user.email };
    },
    async signIn(person, from) {
      const { auth } = await library();
      const answer = await auth.handler(
        new Request(new URL('/api/auth/sign-in/email', from.url), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            origin: new URL(from.url).origin,
            [clientAddressHeader]: from.headers.get(clientAddressHeader) ?? '',
            'user-agent': from.headers.get('user-agent') ?? '',
          },
          body: JSON.stringify(person),
        }),
      );
      if (answer.status === 429) {
        const seconds = Number(answer.headers.get('x-retry-after') ?? 60);
        throw new MortiseError('rate_limited', {
          detail: `Try again in ${seconds} seconds.`,
          retryAfterSeconds: seconds,
        });
      }
      return answer.ok ? answer.headers.getSetCookie() : null;
    },
    async hashPassword(password) {
      const { hashPassword } = await library();
      return hashPassword(password);
    },
    close: () => pool.end(),
  };
}
