import { readMe } from '@mortise/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CookieJar } from '../testing/cookie-jar.ts';
import {
  startTestServer,
  testPassword,
  type TestPerson,
  type TestServer,
} from '../testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
});
beforeEach(() => server.db.auth((tx) => tx.query('delete from auth_rate_limits')));
afterAll(() => server.stop());

const signIn = (body: unknown, headers: Record<string, string> = {}, jar = new CookieJar()) =>
  jar.fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const rename = (headers: Record<string, string>) =>
  owner.fetch('/api/tenant', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"name":"Acme"}',
  });

test('a session is a cookie that scripts cannot read and other sites cannot send', async () => {
  const [cookie] = owner.jar.last;
  expect(cookie).toMatch(/^mortise\.session_token=[^;]+;/);
  expect(cookie).toMatch(/; HttpOnly/i);
  expect(cookie).toMatch(/; SameSite=Lax/i);
  expect(cookie).toMatch(/; Path=\//i);
  expect(cookie).not.toMatch(/; Secure/i);
});

test('under an https public URL the session cookie is Secure by attribute and by name, and works', async () => {
  const https = await startTestServer({
    role: 'api',
    sandbox: false,
    settings: { MORTISE_PUBLIC_URL: 'https://mortise.example.com' },
  });
  try {
    const person = await https.owner();
    expect(person.jar.last[0]).toMatch(/^__Secure-mortise\.session_token=.*; Secure/i);
    expect(await person.client.call(readMe)).toMatchObject({ kind: 'user' });
    const answer = await fetch(`${https.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: 'https://mortise.example.com',
        'sec-fetch-site': 'same-origin',
      },
      body: JSON.stringify({ email: person.email, password: testPassword }),
    });
    expect(answer.status).toBe(200);
  } finally {
    await https.stop();
  }
});

test('what another site makes the browser send changes nothing', async () => {
  expect((await rename({})).status).toBe(200);
  expect((await rename({ 'sec-fetch-site': 'same-origin', origin: server.url })).status).toBe(200);
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:1' },
  ] as Record<string, string>[]) {
    const answer = await rename(headers);
    expect([headers, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      headers,
      403,
      'cross_site',
    ]);
  }
  // Neither does it sign anybody in as somebody else, nor out.
  expect(
    (await signIn({ email: owner.email, password: testPassword }, { 'sec-fetch-site': 'cross-site' })).status,
  ).toBe(403);
  expect(
    (await signIn({ email: owner.email, password: testPassword }, { origin: 'https://evil.example' })).status,
  ).toBe(403);
  const out = await owner.fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
    body: '{}',
  });
  expect(out.status).toBe(403);
  expect((await owner.fetch('/api/me')).status).toBe(200);
});

test('of what the sign-in library can do only signing in and out is served', async () => {
  for (const path of [
    'sign-up/email',
    'update-user',
    'delete-user',
    'change-email',
    'change-password',
    'list-sessions',
    'revoke-sessions',
    'request-password-reset',
    'forget-password',
    'reset-password',
    'set-password',
    'link-social',
    'sign-in/social',
    'ok',
    'error',
    'verify-email',
    'account-info',
    'get-access-token',
    'sign-in/email/',
    '../auth/sign-up/email',
    'sign-in%2Femail',
  ]) {
    for (const method of ['GET', 'POST']) {
      const answer = await owner.fetch(`/api/auth/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(method === 'POST'
          ? { body: JSON.stringify({ name: 'Eve', email: 'eve@example.com', password: testPassword }) }
          : {}),
      });
      expect([path, method, answer.status]).toEqual([path, method, 404]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  }
  const people = await server.db.auth((tx) => tx.query('select email from auth_users'));
  expect(people).toEqual([{ email: owner.email }]);
});

test('a wrong password and an unknown e-mail give one and the same answer', async () => {
  const refused = async (body: unknown) => {
    const answer = await signIn(body);
    const { requestId: _, ...rest } = (await answer.json()) as Record<string, unknown>;
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      rest,
      cookies: answer.headers.getSetCookie(),
    };
  };
  const wrong = await refused({ email: owner.email, password: 'not this one at all' });
  expect(wrong).toMatchObject({ status: 401, rest: { code: 'unauthenticated' }, cookies: [] });
  expect(await refused({ email: 'nobody@example.com', password: 'not this one at all' })).toEqual(wrong);
  expect((await refused({ email: owner.email })).status).toBe(400);
  expect((await refused({ email: 'a\u0000b@example.com', password: 'x' })).status).toBe(400);
  expect((await refused([])).status).toBe(400);
});

test('the eleventh try in a minute is refused, whatever address a client claims to have', async () => {
  const statuses: number[] = [];
  let last: Response | undefined;
  for (let index = 0; index < 11; index++) {
    last = await signIn(
      { email: owner.email, password: 'not this one at all' },
      {
        'x-forwarded-for': `198.51.100.${index}`,
        'x-mortise-client-address': `203.0.113.${index}`,
        'x-real-ip': `192.0.2.${index}`,
      },
    );
    statuses.push(last.status);
  }
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  expect(last?.headers.get('content-type')).toContain('application/problem+json');
  const wait = Number(last?.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(await last?.json()).toMatchObject({ code: 'rate_limited', status: 429 });
});

test('behind a proxy that is trusted the address that it states counts, and no other', async () => {
  const proxied = await startTestServer({
    role: 'api',
    sandbox: false,
    settings: { MORTISE_TRUST_PROXY: '127.0.0.1' },
  });
  try {
    await proxied.owner();
    const from = async (address: string) => {
      const answer = await fetch(`${proxied.url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ email: 'owner@example.com', password: 'not this one at all' }),
      });
      return answer.status;
    };
    // What a client puts before the proxy's own entry is not believed.
    for (let index = 0; index < 10; index++) expect(await from(`10.9.8.${index}, 198.51.100.7`)).toBe(401);
    expect(await from('10.9.8.77, 198.51.100.7')).toBe(429);
    expect(await from('198.51.100.8')).toBe(401);
  } finally {
    await proxied.stop();
  }
});

test('signing out ends the session at once, a copied cookie included', async () => {
  const jar = new CookieJar();
  expect((await signIn({ email: owner.email, password: testPassword }, {}, jar)).status).toBe(200);
  const copied = String(jar);
  const me = () =>
    fetch(`${server.url}/api/me`, { headers: { cookie: copied } }).then((answer) => answer.status);
  expect(await me()).toBe(200);
  await jar.fetch(`${server.url}/api/auth/sign-out`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(await me()).toBe(401);
  expect(
    await fetch(`${server.url}/api/me`, { headers: { cookie: copied.replace(/\.[^.]+$/, '.forged') } }).then(
      (a) => a.status,
    ),
  ).toBe(401);
});
