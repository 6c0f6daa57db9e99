import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { createWebhook, RouteInput } from '@mortise/contract';
import { certificates } from '@mortise/platform/egress/testing/certificates.ts';
import { expect, test } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { anEvent, type Rig } from './testing/rig.ts';
import type { SinkAnswer, SinkRequest } from './testing/sink.ts';
import { useStage } from './testing/stage.ts';

let tenantId: string;
const stage = useStage((now) => void ({ tenantId } = now));
const { rigOf, sinkOf, listed, readOne, query } = stage;

type Settings = NonNullable<RouteInput<typeof createWebhook>['body']['settings']>;
type Auth = NonNullable<Settings['auth']>;
const secret = 'a-very-secret-value';

/** What stands of the one delivery in the log, all of it. */
async function logged(rig: Rig) {
  const [delivery] = await listed(rig);
  return readOne(rig, delivery!.id);
}

async function sendOne(rig: Rig): Promise<void> {
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
}

const basicOf = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

test.each<[string, Auth, string, (body: string) => string]>([
  ['basic', { kind: 'basic', username: 'ann' }, 'authorization', () => basicOf('ann', secret)],
  ['bearer', { kind: 'bearer' }, 'authorization', () => `Bearer ${secret}`],
  ['header', { kind: 'header', name: 'X-Api-Key' }, 'x-api-key', () => secret],
])(
  '%s: the endpoint gets it, and nothing that we keep or answer holds it, not even given back',
  async (_, auth, name, expected) => {
    const rig = await rigOf();
    // The endpoint tells all that it heard: as a header, in the body, and cut off in the middle.
    const sink = await sinkOf(({ headers }) => {
      const heard = String(headers[name]);
      return {
        status: 500,
        headers: { 'x-heard': heard },
        body: `${heard} ${secret}`.padEnd(4090, '.') + heard,
      };
    });
    await rig.addWebhook(tenantId, { url: sink.url, settings: { auth }, authSecret: secret });
    await sendOne(rig);
    expect(sink.requests[0]?.headers[name]).toBe(expected(sink.requests[0]!.body));
    const whole = await logged(rig);
    expect(whole.log[0]?.requestHeaders[name]).toBe('[hidden]');
    expect(whole.log[0]?.responseHeaders?.['x-heard']).toContain('[hidden]');
    const kept = JSON.stringify([
      whole,
      await query('select * from attempts where tenant_id = $1', [tenantId]),
      await query('select * from audit_entries where tenant_id = $1', [tenantId]),
      await rig.routes.list(stage.context(), { params: undefined, query: { limit: 5 }, body: undefined }),
    ]);
    for (const told of [secret, expected(''), basicOf('ann', secret).slice(6), secret.slice(0, 6)])
      expect(kept).not.toContain(told);
  },
);

test.each(['sha1', 'sha256', 'sha512'] as const)(
  'hmac: %s over the raw body, in the header and form asked for',
  async (algorithm) => {
    const [rig, sink] = [await rigOf(), await sinkOf()];
    const auth: Auth = {
      kind: 'hmac',
      header: 'X-Hub-Signature',
      algorithm,
      encoding: 'hex',
      prefix: `${algorithm}=`,
    };
    await rig.addWebhook(tenantId, { url: sink.url, settings: { auth }, authSecret: secret });
    await sendOne(rig);
    const [request] = sink.requests;
    const digest = createHmac(algorithm, secret).update(request!.body).digest('hex');
    expect(request?.headers['x-hub-signature']).toBe(`${algorithm}=${digest}`);
    const whole = await logged(rig);
    expect(whole.log[0]?.requestHeaders['x-hub-signature']).toBe(`${algorithm}=${digest}`);
    expect(JSON.stringify(whole)).not.toContain(secret);
  },
);

/** An endpoint and a token endpoint beside it, which gives numbered tokens. */
async function startOAuth(
  options: { token?: (nth: number) => SinkAnswer; accepts?: (token: string) => boolean } = {},
) {
  const tokenRequests: SinkRequest[] = [];
  const sink = await sinkOf((request) => {
    if (request.path === '/token') {
      const nth = tokenRequests.push(request);
      const answer = { access_token: `token-${nth}`, token_type: 'Bearer', expires_in: 3600 };
      return options.token?.(nth) ?? { status: 200, body: JSON.stringify(answer) };
    }
    const token = String(request.headers.authorization).replace('Bearer ', '');
    return { status: (options.accepts?.(token) ?? true) ? 200 : 401, body: token };
  });
  const auth: Auth = {
    kind: 'oauth2',
    tokenUrl: `${sink.url}/token`,
    clientId: 'client:1',
    scope: 'send all',
    audience: 'us',
  };
  const received = () =>
    sink.requests.filter(({ path }) => path === '/in').map(({ headers }) => headers.authorization);
  return { sink, auth, tokenRequests, received };
}

test('oauth2: one token for all who ask at once, kept until shortly before it ends, and never shown', async () => {
  const clock = new FakeClock(new Date());
  const rig = await rigOf({ clock });
  const { sink, auth, tokenRequests, received } = await startOAuth();
  await rig.addWebhook(tenantId, { url: `${sink.url}/in`, settings: { auth }, authSecret: secret });
  await rig.append(
    tenantId,
    Array.from({ length: 10 }, () => anEvent()),
  );
  await rig.delivery.idle();
  expect(received()).toEqual(Array.from({ length: 10 }, () => 'Bearer token-1'));
  expect(tokenRequests.length).toBe(1);
  expect(tokenRequests[0]?.headers.authorization).toBe(basicOf('client%3A1', secret));
  expect(Object.fromEntries(new URLSearchParams(tokenRequests[0]?.body))).toEqual({
    grant_type: 'client_credentials',
    scope: 'send all',
    audience: 'us',
  });
  clock.advance(3_539_000);
  await sendOne(rig);
  expect(tokenRequests.length).toBe(1);
  clock.advance(2_000);
  await sendOne(rig);
  expect(received().at(-1)).toBe('Bearer token-2');
  const kept = JSON.stringify(await query('select * from attempts where tenant_id = $1', [tenantId]));
  expect(kept).not.toContain('token-');
});

test('oauth2: a kept token that is refused is replaced once within the attempt; a fresh one is not', async () => {
  const rig = await rigOf();
  const good = new Set(['token-1']);
  const { sink, auth, tokenRequests, received } = await startOAuth({ accepts: (token) => good.has(token) });
  const { id } = await rig.addWebhook(tenantId, {
    url: `${sink.url}/in`,
    settings: { auth: { ...auth, clientAuth: 'body' } as Auth },
    authSecret: secret,
  });
  await sendOne(rig);
  good.delete('token-1');
  good.add('token-2');
  await sendOne(rig);
  expect(received()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  expect((await listed(rig)).map(({ status, attempts }) => [status, attempts])).toEqual([
    ['delivered', 1],
    ['delivered', 1],
  ]);
  expect(new URLSearchParams(tokenRequests[0]?.body).get('client_secret')).toBe(secret);
  // Another version of the webhook fetches its own, and that one is refused: a failed attempt, not a loop.
  await stage.update(rig, id, { name: 'Another' });
  await sendOne(rig);
  expect((await listed(rig))[0]).toMatchObject({ status: 'retrying', attempts: 1, lastStatusCode: 401 });
  expect(tokenRequests.length).toBe(3);
});

test.each<[string, SinkAnswer, string]>([
  [
    'refuses',
    { status: 401, body: JSON.stringify({ error: 'invalid_client', error_description: secret }) },
    'answered 401, invalid_client',
  ],
  ['gives no token', { status: 200, body: '{}' }, 'there is none in the answer'],
  [
    'gives one of another type',
    { status: 200, body: JSON.stringify({ access_token: 'x', token_type: 'mac' }) },
    'not a bearer token',
  ],
  [
    'gives one that would break the header',
    { status: 200, body: JSON.stringify({ access_token: 'x\r\ny: z' }) },
    'there is none',
  ],
  ['does not speak JSON', { status: 200, body: '<html>' }, 'there is none'],
])(
  'oauth2: a token endpoint that %s is a failed attempt with its reason, and nothing is sent',
  async (_, answer, reason) => {
    const rig = await rigOf();
    const { sink, auth, received } = await startOAuth({ token: () => answer });
    await rig.addWebhook(tenantId, { url: `${sink.url}/in`, settings: { auth }, authSecret: secret });
    await sendOne(rig);
    expect(received()).toEqual([]);
    const whole = await logged(rig);
    expect(whole).toMatchObject({ status: 'retrying', lastStatusCode: null, log: [{ requestHeaders: {} }] });
    expect(whole.lastError).toContain(reason);
    expect(JSON.stringify(whole)).not.toContain(secret);
  },
);

test('mtls: the endpoint sees the certificate; what is kept shows when it ends and never the key', async () => {
  const names: string[] = [];
  const server = createServer(
    { ...certificates.server, ca: certificates.authority, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      names.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
      request.resume().on('end', () => response.end());
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const rig = await rigOf();
    const auth: Auth = { kind: 'mtls', certificate: certificates.alice.cert, ca: certificates.authority };
    const { id } = await rig.addWebhook(tenantId, {
      url,
      settings: { auth },
      authSecret: certificates.alice.key,
    });
    await sendOne(rig);
    expect(names).toEqual(['alice']);
    const shown = await rig.routes.read(stage.context(), {
      params: { id },
      query: undefined,
      body: undefined,
    });
    expect(JSON.stringify(shown)).toContain('"certificateExpiresAt":"2126-');
    expect(JSON.stringify([shown, await logged(rig)])).not.toContain('PRIVATE KEY');
    // Another certificate alone does not fit the key that is kept.
    const bob: Auth = { ...auth, certificate: certificates.bob.cert };
    await expect(stage.update(rig, id, { settings: { auth: bob } })).rejects.toMatchObject({
      issues: [{ path: 'authSecret' }],
    });
    await stage.update(rig, id, { settings: { auth: bob }, authSecret: certificates.bob.key });
    await sendOne(rig);
    expect(names).toEqual(['alice', 'bob']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

const mtls = { kind: 'mtls', certificate: certificates.alice.cert } as const;
test.each<[string, Auth, string | undefined, string, string]>([
  ['no secret where one is needed', { kind: 'bearer' }, undefined, 'authSecret', 'http://127.0.0.1:9/'],
  ['a secret without an auth', { kind: 'none' }, 'x', 'authSecret', 'http://127.0.0.1:9/'],
  ['a token that breaks the header', { kind: 'bearer' }, 'a\r\nb: c', 'authSecret', 'http://127.0.0.1:9/'],
  [
    'a header value that breaks the header',
    { kind: 'header', name: 'x-key' },
    'a\nb',
    'authSecret',
    'http://127.0.0.1:9/',
  ],
  [
    'an internal token endpoint',
    { kind: 'oauth2', tokenUrl: 'http://169.254.169.254/', clientId: 'a' },
    'x',
    'settings.auth.tokenUrl',
    'http://127.0.0.1:9/',
  ],
  [
    'a certificate that is none',
    { kind: 'mtls', certificate: 'x' },
    certificates.alice.key,
    'settings.auth.certificate',
    'https://127.0.0.1:9/',
  ],
  [
    'a certificate that has ended',
    { kind: 'mtls', certificate: certificates.past.cert },
    certificates.past.key,
    'settings.auth.certificate',
    'https://127.0.0.1:9/',
  ],
  [
    'an authority that is none',
    { ...mtls, ca: 'x' },
    certificates.alice.key,
    'settings.auth.ca',
    'https://127.0.0.1:9/',
  ],
  ["another certificate's key", mtls, certificates.bob.key, 'authSecret', 'https://127.0.0.1:9/'],
  ['a key that is none', mtls, 'x', 'authSecret', 'https://127.0.0.1:9/'],
  ['a certificate over bare http', mtls, certificates.alice.key, 'url', 'http://127.0.0.1:9/'],
])('%s is refused, with its place and without the secret', async (_, auth, authSecret, place, url) => {
  const rig = await rigOf();
  const asked = rig.addWebhook(tenantId, {
    url,
    settings: { auth },
    ...(authSecret === undefined ? {} : { authSecret }),
  });
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown as Error & { issues: object[] },
  );
  expect(error).toMatchObject({ code: 'unprocessable', issues: [{ path: place }] });
  if (authSecret !== undefined && authSecret.length > 3)
    expect(JSON.stringify(error)).not.toContain(authSecret);
});
