import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createInvitation,
  listEvents,
  readTenant,
  updateTenant,
  withdrawInvitation,
  type Hint,
} from '@mortise/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient, MortiseError, type ClientOptions } from './index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;
const invitationId = 'inv_01jd0000000000000000000000';
const quick = { tries: 4, firstDelayMs: 1, maxDelayMs: 2000 };
let server: Server | undefined;

/** A real server on loopback that answers the first request with the first answer, and so on; the last repeats. */
async function serve(answers: Answer[], options: Partial<ClientOptions> = {}) {
  const seen: {
    method: string;
    url: string;
    headers: IncomingMessage['headers'];
    body: string;
    atMs: number;
  }[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body, atMs: performance.now() });
      answers[Math.min(seen.length, answers.length) - 1]!(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, client: createClient({ baseUrl, retry: quick, ...options }) };
}

const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
const empty: Answer = (_request, response) => response.writeHead(204).end();
const cut: Answer = (request) => request.socket.destroy();
const refusal = (status: number, code: string, more: object = {}) =>
  json(status, { type: `/docs/errors#${code}`, title: 'Refused', status, code, requestId: 'req_1', ...more });
const tenant = {
  id: 'ten_01jd0000000000000000000000',
  name: 'Acme',
  externalId: null,
  createdAt: '2026-11-20T10:00:00Z',
  version: 3,
};

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('a call', () => {
  it('puts tenant, credential, path, query and body where the contract says', async () => {
    const { client, seen } = await serve([json(200, { data: [], nextCursor: null }), empty], {
      credential: 'op_secret',
      tenant: () => tenant.id,
    });
    await client.call(listEvents, { query: { type: 'contact.updated', subject: undefined, limit: 5 } });
    await client.call(withdrawInvitation, { params: { id: invitationId } });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/events?type=contact.updated&limit=5' });
    expect(seen[0]!.headers).toMatchObject({
      authorization: 'Bearer op_secret',
      'mortise-tenant': tenant.id,
    });
    expect(seen[1]).toMatchObject({ method: 'DELETE', url: `/api/invitations/${invitationId}`, body: '' });
  });

  it('throws the coded error with its request id and its issues', async () => {
    const issues = [{ path: 'email', message: 'must be an address' }];
    const { client } = await serve([
      refusal(400, 'invalid_request', { detail: 'One field is wrong', issues }),
    ]);
    const error = await client.call(readTenant).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MortiseError);
    expect(error).toMatchObject({
      code: 'invalid_request',
      status: 400,
      detail: 'One field is wrong',
      requestId: 'req_1',
      issues,
    });
  });

  it('tells a body that is not a problem by its status', async () => {
    const { client } = await serve([
      (_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'),
    ]);
    await expect(client.call(readTenant)).rejects.toMatchObject({ code: 'unexpected_answer', status: 502 });
  });

  it('refuses an answer that breaks the contract, when asked to validate', async () => {
    const { client } = await serve([json(200, { ...tenant, version: 'three' })], { validate: true });
    await expect(client.call(readTenant)).rejects.toMatchObject({ code: 'unexpected_answer', status: 200 });
  });

  it('sends the version it read, quoted, so that a change made meanwhile is refused', async () => {
    const { client, seen } = await serve([refusal(412, 'version_mismatch')]);
    const change = client.call(updateTenant, { body: { name: 'New' } }, { ifMatch: 3 });
    await expect(change).rejects.toMatchObject({ code: 'version_mismatch' });
    expect(seen[0]!.headers['if-match']).toBe('"3"');
  });
});

describe('a repeated call', () => {
  it('keeps one idempotency key over a lost answer, and takes a new one for the next call', async () => {
    const { client, seen } = await serve([cut, json(201, {}), json(201, {})]);
    const body = { email: 'a@example.com', role: 'viewer' } as const;
    await client.call(createInvitation, { body });
    await client.call(createInvitation, { body });
    const keys = seen.map((one) => one.headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('waits as long as Retry-After asks', async () => {
    const busy = refusal(429, 'rate_limited');
    const { client, seen } = await serve([
      (q, response, b) => {
        response.setHeader('retry-after', '1');
        busy(q, response, b);
      },
      json(200, tenant),
    ]);
    await expect(client.call(readTenant)).resolves.toEqual(tenant);
    expect(seen[1]!.atMs - seen[0]!.atMs).toBeGreaterThan(990);
  });

  it('gives up after the policy’s last try', async () => {
    const { client, seen } = await serve([refusal(503, 'not_ready')]);
    await expect(client.call(readTenant)).rejects.toMatchObject({ code: 'not_ready' });
    expect(seen).toHaveLength(quick.tries);
  });

  it('never repeats a change that may have been made', async () => {
    const { client, seen } = await serve([cut]);
    await expect(client.call(updateTenant, { body: { name: 'New' } })).rejects.toMatchObject({
      code: 'network',
    });
    expect(seen).toHaveLength(1);
  });

  it('counts a delete as done when its answer was lost and its repeat finds nothing', async () => {
    const { client } = await serve([cut, refusal(404, 'not_found')]);
    await expect(client.call(withdrawInvitation, { params: { id: invitationId } })).resolves.toBeUndefined();
  });

  it('does not hide a delete of what never was', async () => {
    const { client } = await serve([refusal(404, 'not_found')]);
    await expect(client.call(withdrawInvitation, { params: { id: invitationId } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('stops waiting when nobody waits for it any more', async () => {
    const { client, seen } = await serve([refusal(503, 'not_ready')], {
      retry: { tries: 9, firstDelayMs: 60_000, maxDelayMs: 60_000 },
    });
    const controller = new AbortController();
    const call = client.call(readTenant, {}, { signal: controller.signal });
    while (seen.length === 0) await new Promise(setImmediate);
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a list', () => {
  it('gives every row of every page and stops asking when the reader stops', async () => {
    const page = (ids: number[], nextCursor: string | null) =>
      json(200, { data: ids.map((id) => ({ id })), nextCursor });
    const { client, seen } = await serve([page([1, 2], 'c1'), page([3], null), page([1, 2], 'c1')]);
    const rows: unknown[] = [];
    for await (const row of client.paginate(listEvents, { query: { type: 'a.b' } })) rows.push(row);
    expect(rows).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(seen.map((one) => one.url)).toEqual(['/api/events?type=a.b', '/api/events?type=a.b&cursor=c1']);
    for await (const _row of client.paginate(listEvents)) break;
    expect(seen).toHaveLength(3);
  });
});

describe('the stream', () => {
  const event = (id: string, value: unknown) => `id: ${id}\ndata: ${JSON.stringify(value)}\n\n`;
  const events =
    (text: string, end: boolean): Answer =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (end) response.end(text);
      else response.write(text);
    };

  it('comes back after a gap from where it was, and says that something may have been missed', async () => {
    const first = events(
      `: hello\n\n${event('7', { kind: 'event' })}${event('8', { kind: 'unheard_of' })}`,
      true,
    );
    const { client, seen } = await serve([first, events(event('9', { kind: 'sync' }), false)], {
      tenant: tenant.id,
    });
    const controller = new AbortController();
    const hints: Hint[] = [];
    let opened = 0;
    await client.stream({
      signal: controller.signal,
      firstDelayMs: 1,
      onOpen: () => (opened += 1),
      onHint: (told) => {
        hints.push(told);
        if (told.kind === 'sync') controller.abort();
      },
    });
    expect(hints).toEqual([{ kind: 'event' }, { kind: 'resync' }, { kind: 'sync' }]);
    expect(opened).toBe(2);
    expect(seen[0]!.headers['mortise-tenant']).toBe(tenant.id);
    expect(seen[1]!.headers['last-event-id']).toBe('8');
  });

  it('takes a silent connection for dead and opens another', async () => {
    const { client, seen } = await serve([events(': hello\n\n', false)]);
    const controller = new AbortController();
    await client.stream({
      signal: controller.signal,
      silenceMs: 20,
      firstDelayMs: 1,
      onHint: (told) => told.kind === 'resync' && controller.abort(),
    });
    expect(seen.length).toBeGreaterThanOrEqual(2);
  });

  it('ends with the server’s refusal when it is signed out', async () => {
    const { client, seen } = await serve([refusal(401, 'unauthenticated')]);
    await expect(client.stream({ onHint: () => undefined })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(seen).toHaveLength(1);
  });
});

describe('signing in', () => {
  it('posts the login and throws unauthenticated when it is wrong', async () => {
    const { client, seen } = await serve([
      json(200, {}),
      json(401, { message: 'Invalid email or password' }),
    ]);
    await client.signIn({ email: 'a@example.com', password: 'right horse battery' });
    expect(seen[0]).toMatchObject({
      url: '/api/auth/sign-in/email',
      body: '{"email":"a@example.com","password":"right horse battery"}',
    });
    await expect(client.signIn({ email: 'a@example.com', password: 'wrong' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('signs out with an empty object', async () => {
    const { client, seen } = await serve([json(200, { success: true })]);
    await client.signOut();
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/auth/sign-out', body: '{}' });
  });
});
