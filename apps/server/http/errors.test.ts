import { connect } from 'node:net';
import { errorTable, problem } from '@mortise/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestPerson, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
});
afterAll(() => server.stop());

const json = { 'content-type': 'application/json' };

/** Every error answer: problem+json by the contract, with the request's id, and nothing of our insides. */
async function problemOf(answer: Response) {
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|select |postgres|mor_operator_/i);
  const body = problem.parse(JSON.parse(text));
  expect(body.requestId).toBe(answer.headers.get('x-request-id'));
  expect(body.status).toBe(answer.status);
  expect(errorTable[body.code]).toMatchObject({ status: answer.status, title: body.title });
  return { status: answer.status, code: body.code, issues: body.issues };
}

test.each<[string, string, RequestInit, number, string]>([
  ['an unknown path', '/api/nothing', {}, 404, 'not_found'],
  ['the bare root of the API', '/api', {}, 404, 'not_found'],
  [
    'an unknown path with a body of any kind',
    '/api/nothing',
    { method: 'POST', body: 'x' },
    404,
    'not_found',
  ],
  ['an unknown method on a dashboard path', '/members', { method: 'DELETE' }, 404, 'not_found'],
  [
    'no JSON',
    '/api/webhooks',
    { method: 'POST', body: 'name=x', headers: { 'content-type': 'text/plain' } },
    415,
    'unsupported_media_type',
  ],
  [
    'a form',
    '/api/webhooks',
    { method: 'POST', body: new URLSearchParams({ a: 'b' }) },
    415,
    'unsupported_media_type',
  ],
  [
    'broken JSON',
    '/api/webhooks',
    { method: 'POST', body: '{"name":', headers: json },
    400,
    'invalid_request',
  ],
  ['no body', '/api/webhooks', { method: 'POST', headers: json }, 400, 'invalid_request'],
  ['an array', '/api/webhooks', { method: 'POST', body: '[]', headers: json }, 400, 'invalid_request'],
  ['null', '/api/webhooks', { method: 'POST', body: 'null', headers: json }, 400, 'invalid_request'],
  [
    'a body of more than a mebibyte',
    '/api/webhooks',
    { method: 'POST', body: `"${'x'.repeat(1_100_000)}"`, headers: json },
    413,
    'payload_too_large',
  ],
  [
    'a NUL in a text',
    '/api/tenant',
    { method: 'PATCH', body: '{"name":"a\\u0000b"}', headers: json },
    400,
    'invalid_request',
  ],
  [
    'half of a surrogate pair',
    '/api/tenant',
    { method: 'PATCH', body: '{"name":"a\\ud800b"}', headers: json },
    400,
    'invalid_request',
  ],
  ['a NUL in a query', '/api/events?type=%00', {}, 400, 'invalid_request'],
  ['a path that is not encoded properly', '/api/webhooks/%zz', {}, 400, 'invalid_request'],
  ['an id of another kind', '/api/webhooks/conn_01arz3ndektsv4rrffq69g5fav', {}, 400, 'invalid_request'],
  ['an id too long for any', `/api/webhooks/${'x'.repeat(5_000)}`, {}, 404, 'not_found'],
  [
    'the prototype as a body',
    '/api/webhooks',
    { method: 'POST', body: '{"__proto__":{"name":"x"}}', headers: json },
    400,
    'invalid_request',
  ],
])('%s is answered by its code', async (_what, path, init, status, code) => {
  expect(await problemOf(await owner.fetch(path, init))).toMatchObject({ status, code });
});

test('who may not call a route is told so before the body is read', async () => {
  const answer = await fetch(`${server.url}/api/webhooks`, {
    method: 'POST',
    body: 'x'.repeat(2_000_000),
    headers: { 'content-type': 'text/plain' },
  });
  expect(await problemOf(answer)).toMatchObject({ status: 401 });
});

test('a path says which methods it takes, and takes no other', async () => {
  const taken = new Map<string, string[]>();
  for (const { route } of server.mortise.lines)
    taken.set(route.path, [...(taken.get(route.path) ?? []), route.method]);
  for (const [path, methods] of taken) {
    const url = path.replaceAll(/:\w+/g, 'x');
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (methods.includes(method)) continue;
      const answer = await owner.fetch(url, { method });
      expect([path, method, answer.status]).toEqual([path, method, 405]);
      expect(
        answer.headers
          .get('allow')
          ?.split(', ')
          .filter((allowed) => allowed !== 'HEAD')
          .toSorted(),
      ).toEqual([...methods].toSorted());
      await problemOf(answer);
    }
  }
});

test('HEAD answers as GET does without a body, except where asking uses something up', async () => {
  const head = await owner.fetch('/api/members', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  for (const path of ['/api/integrations/callback/hubspot?state=x'])
    expect((await owner.fetch(path, { method: 'HEAD' })).status).toBe(405);
});

test('every list refuses a cursor that is not one of its own and more rows than it gives', async () => {
  const lists = server.mortise.lines.filter(
    ({ route, access }) =>
      route.method === 'GET' &&
      access !== 'operator' &&
      'shape' in route.query &&
      'cursor' in (route.query.shape as object),
  );
  expect(lists.length).toBeGreaterThan(8);
  const cursors = [
    'nonsense',
    Buffer.from('["x"]').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[null]').toString('base64url'),
    Buffer.from('["a","b","c","d","e"]').toString('base64url'),
  ];
  for (const { route } of lists) {
    if (route.path.includes(':')) continue;
    const extra =
      route.name === 'listRecords' || route.name === 'listChanges'
        ? '&syncId=syn_01arz3ndektsv4rrffq69g5fav'
        : '';
    for (const cursor of cursors) {
      const answer = await owner.fetch(`${route.path}?cursor=${cursor}${extra}`);
      const { status } = await problemOf(answer);
      expect([route.name, cursor, status === 404 && extra !== '' ? 400 : status]).toEqual([
        route.name,
        cursor,
        400,
      ]);
    }
    for (const limit of ['0', '201', '-1', '1.5', 'x', '']) {
      const answer = await owner.fetch(`${route.path}?limit=${limit}${extra}`);
      expect([route.name, limit, (await problemOf(answer)).status]).toEqual([route.name, limit, 400]);
    }
  }
});

test('what is no HTTP at all is answered and cut off', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('application/problem+json');
});

test('a Host that is no name does not fail inside', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(
        'POST /api/auth/sign-in/email HTTP/1.1\r\nHost: a b<>\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}',
      ),
    );
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test('the trace of the caller goes on in the answer and the audit log; a broken one begins anew', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const answer = await owner.fetch('/api/tenant', {
    method: 'PATCH',
    headers: { ...json, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    body: '{"name":"Traced"}',
  });
  expect(answer.headers.get('trace-id')).toBe(traceId);
  const trace = await owner.fetch(`/api/traces/${traceId}`);
  expect(await trace.json()).toMatchObject({ traceId, requests: [{ action: 'tenant.renamed' }] });
  for (const broken of [
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
  ]) {
    const other = await owner.fetch('/api/tenant', { headers: { traceparent: broken } });
    expect(other.headers.get('trace-id')).toMatch(/^(?!0{32}|4bf92f)[0-9a-f]{32}$/);
  }
});

test('every answer has an id of its own that a client cannot choose, and none is kept by a cache', async () => {
  const [one, two] = [
    await owner.fetch('/api/tenant', { headers: { 'x-request-id': 'mine' } }),
    await owner.fetch('/api/tenant'),
  ];
  expect(one.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
  expect(one.headers.get('x-request-id')).not.toBe(two.headers.get('x-request-id'));
  expect([one.headers.get('cache-control'), one.headers.get('x-content-type-options')]).toEqual([
    'no-store',
    'nosniff',
  ]);
});
