// Long, because it is one promise a test: whatever a sender may do to a source, over real HTTP.
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { connect } from 'node:net';
import {
  cancelReceiptReplay,
  createSource,
  listEvents,
  listReceiptReplays,
  listReceipts,
  listUnkeptReceipts,
  readReceipt,
  readReceiptReplay,
  readSource,
  replayReceipt,
  rotateSourceSecret,
  rotateSourceToken,
  sourceStatistics,
  startReceiptReplay,
  updateSource,
  type RouteInput,
  type Scheme,
  type Source,
} from '@mortise/contract';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '@mortise/platform/telemetry';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import type { Client } from '@mortise/sdk';

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer({ sandbox: false });
  ({ client } = await server.owner());
});
afterAll(() => server.stop());

type Body = RouteInput<typeof createSource>['body'];
const make = (body: Partial<Body> & { scheme: Body['scheme'] }) =>
  client.call(createSource, { body: { name: 'A source', eventType: 'order.placed', ...body } });

async function post(url: string | null, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const answer = await fetch(url ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: body as string,
  });
  return {
    status: answer.status,
    headers: answer.headers,
    json: (await answer.json()) as Record<string, string>,
  };
}

const receiptsOf = async (source: { id: string }, more: object = {}) =>
  (await client.call(listReceipts, { query: { sourceId: source.id, ...more } })).data;

async function processed(source: { id: string }, count = 1) {
  await expect
    .poll(async () => (await receiptsOf(source, { state: 'processed' })).length, {
      timeout: 20_000,
      interval: 50,
    })
    .toBe(count);
}

const eventsOf = async (source: { id: string }) =>
  (await client.call(listEvents, { query: { subject: source.id } })).data;

const hmac = (
  secret: string,
  text: string | Uint8Array,
  algorithm = 'sha256',
  encoding: 'hex' | 'base64' = 'hex',
) => createHmac(algorithm, secret).update(text).digest(encoding);

describe('each scheme takes what is genuine, and refuses with 401 what is forged, altered or missing', () => {
  const body = '{"order":7,"note":"thé"}';
  const wrong = randomBytes(32).toString('base64url');
  const cases: {
    name: string;
    scheme: Body['scheme'];
    secret?: string;
    headers: (secret: string, url: string) => Record<string, string>;
  }[] = [
    ...(['sha256', 'sha1', 'sha512'] as const).flatMap((algorithm) =>
      (['hex', 'base64'] as const).map((encoding) => ({
        name: `hmac ${algorithm} ${encoding}`,
        scheme: {
          type: 'hmac' as const,
          algorithm,
          encoding,
          header: 'X-Signature',
          prefix: `${algorithm}=`,
        },
        headers: (secret: string) => ({
          'x-signature': `${algorithm}=${hmac(secret, body, algorithm, encoding)}`,
        }),
      })),
    ),
    {
      name: 'hmac with a timestamp and a template',
      scheme: {
        type: 'hmac',
        header: 'x-sig',
        template: 'v0:{timestamp}:{method}:{url}:{body}',
        timestamp: { header: 'x-time', unit: 's', toleranceSeconds: 60 },
      },
      headers: (secret, url) => {
        const time = String(Math.floor(Date.now() / 1000));
        return { 'x-time': time, 'x-sig': hmac(secret, `v0:${time}:POST:${url}:${body}`) };
      },
    },
    {
      name: 'Standard Webhooks',
      scheme: { type: 'standard' },
      headers: (secret) => standardHeaders(secret, body),
    },
    {
      name: 'bearer',
      scheme: { type: 'bearer' },
      headers: (secret) => ({ authorization: `Bearer ${secret}` }),
    },
    {
      name: 'basic',
      scheme: { type: 'basic' },
      headers: (secret) => ({ authorization: `Basic ${Buffer.from(secret).toString('base64')}` }),
    },
  ];

  test.each(cases)('$name', async ({ scheme, headers }) => {
    const source = await make({ scheme });
    const { url } = source;
    const secret = source.secret ?? '';
    expect(secret.length).toBeGreaterThan(20);
    const good = headers(secret, url ?? '');
    expect((await post(url, body, good)).status).toBe(200);

    const other =
      source.scheme.type === 'basic'
        ? `mortise:${wrong}`
        : source.scheme.type === 'standard'
          ? `whsec_${randomBytes(32).toString('base64')}`
          : wrong;
    expect((await post(url, body, headers(other, url ?? ''))).status).toBe(401);
    expect((await post(url, body)).status).toBe(401);
    const signsBody = source.scheme.type === 'hmac' || source.scheme.type === 'standard';
    if (signsBody) expect((await post(url, body.replace('7', '8'), good)).status).toBe(401);

    await processed(source);
    const kept = await receiptsOf(source);
    expect(kept.filter(({ verdict }) => verdict === 'refused')).toHaveLength(signsBody ? 3 : 2);
    expect(kept.filter(({ verdict }) => verdict === 'refused').every(({ reason }) => reason !== null)).toBe(
      true,
    );
    const [event, ...more] = await eventsOf(source);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'order.placed',
      data: { body: { order: 7, note: 'thé' }, sourceId: source.id },
    });
    const [accepted] = kept.filter(({ verdict }) => verdict === 'accepted');
    const full = await client.call(readReceipt, { params: { id: accepted?.id ?? '' } });
    expect(full.body).toEqual({ encoding: 'text', content: body, truncated: false });
    expect(JSON.stringify(full)).not.toContain(secret);
    expect(full.outcomes).toMatchObject([{ status: 'processed', eventIds: [event?.id], replay: false }]);
  });

  test.each([
    [
      'in hmac',
      {
        type: 'hmac',
        header: 'x-sig',
        template: '{timestamp}.{body}',
        timestamp: { header: 'x-time', unit: 's', toleranceSeconds: 300 },
      },
    ],
    ['in Standard Webhooks', { type: 'standard' }],
  ] as const)('what is signed and stale, or from the future, is refused %s', async (_, scheme) => {
    const source = await make({ scheme });
    const secret = source.secret ?? '';
    for (const [offset, status] of [
      [0, 200],
      [-290, 200],
      [-310, 401],
      [310, 401],
    ] as const) {
      const at = new Date(Date.now() + offset * 1000);
      const time = String(Math.floor(at.getTime() / 1000));
      const text = JSON.stringify({ offset });
      const headers: Record<string, string> =
        scheme.type === 'standard'
          ? standardHeaders(secret, text, at, `msg_${offset}`)
          : { 'x-time': time, 'x-sig': hmac(secret, `${time}.${text}`) };
      expect([offset, (await post(source.url, text, headers)).status]).toEqual([offset, status]);
    }
  });

  test('Standard Webhooks by ed25519, and one good signature in a list', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const source = await make({ scheme: { type: 'standard' }, secret: `whpk_${raw.toString('base64')}` });
    const time = String(Math.floor(Date.now() / 1000));
    const signature = sign(null, Buffer.from(`msg_1.${time}.${body}`), privateKey).toString('base64');
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': time };
    expect(
      (await post(source.url, body, { ...headers, 'webhook-signature': `v1,AAAA v1a,${signature}` })).status,
    ).toBe(200);
    expect(
      (await post(source.url, body, { ...headers, 'webhook-signature': `v1,${signature}` })).status,
    ).toBe(401);
    const bent = sign(null, Buffer.from(`msg_2.${time}.${body}`), privateKey).toString('base64');
    expect((await post(source.url, body, { ...headers, 'webhook-signature': `v1a,${bent}` })).status).toBe(
      401,
    );
  });

  test('addresses alone, where there is nothing better; and a URL alone only by choice', async () => {
    await expect(make({ scheme: { type: 'ip' } })).rejects.toMatchObject({ code: 'unprocessable' });
    const open = await make({ scheme: { type: 'ip' }, allow: ['127.0.0.0/8', '::1'] });
    expect([(await post(open.url, body)).status, open.secret]).toEqual([200, null]);
    const closed = await make({ scheme: { type: 'none' }, allow: ['192.0.2.0/24'] });
    const refused = await post(closed.url, body);
    const unknown = await post(`${server.url}/in/${'A'.repeat(43)}`, body);
    expect([refused.status, refused.json['code']]).toEqual([404, 'not_found']);
    expect({ ...refused.json, requestId: '' }).toEqual({ ...unknown.json, requestId: '' });
    expect(await receiptsOf(closed)).toMatchObject([
      { verdict: 'refused', reason: expect.stringContaining('allow-list') },
    ]);
    const none = await make({ scheme: { type: 'none' } });
    expect((await post(none.url, body)).status).toBe(200);
  });
});

function standardHeaders(
  secret: string,
  body: string,
  at = new Date(),
  id = 'msg_1',
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

test('the secret before a new one verifies until its time, and one that was never ours does not', async () => {
  const source = await make({ scheme: { type: 'bearer' }, dedupe: { by: 'none' } });
  const with_ = (secret: string) => post(source.url, '{}', { authorization: `Bearer ${secret}` });
  const rotated = await client.call(rotateSourceSecret, { params: { id: source.id }, body: {} });
  expect(rotated.secret).not.toBe(source.secret);
  expect((await with_(rotated.secret ?? '')).status).toBe(200);
  expect((await with_(source.secret ?? '')).status).toBe(200);
  await server.db.engine((tx) =>
    tx.query("update source_secrets set expires_at = now() - interval '1 s' where expires_at is not null"),
  );
  await client.call(updateSource, { params: { id: source.id }, body: { name: 'Again' } });
  expect((await with_(source.secret ?? '')).status).toBe(401);
  expect((await with_(rotated.secret ?? '')).status).toBe(200);
});

test('a new URL ends the old one at once', async () => {
  const source = await make({ scheme: { type: 'none' } });
  expect((await post(source.url, '1')).status).toBe(200);
  const { url } = await client.call(rotateSourceToken, { params: { id: source.id } });
  expect((await post(source.url, '2')).status).toBe(404);
  expect((await post(url, '3')).status).toBe(200);
});

test('the same request again is acknowledged in the same way, recorded as a duplicate of the first, and raises nothing', async () => {
  const rules: [NonNullable<Body['dedupe']>, (n: number) => [string, Record<string, string>]][] = [
    [{ by: 'body' }, (n) => [`{"n":${n}}`, {}]],
    [{ by: 'header', name: 'X-Id' }, (n) => [`{"any":${Math.random()}}`, { 'x-id': `id-${n}` }]],
    [{ by: 'pointer', pointer: '/event/id' }, (n) => [`{"any":${Math.random()},"event":{"id":"e${n}"}}`, {}]],
  ];
  for (const [dedupe, request] of rules) {
    const source = await make({ scheme: { type: 'none' }, dedupe });
    const first = await post(source.url, ...request(1));
    const again = await post(source.url, ...request(1));
    const other = await post(source.url, ...request(2));
    expect([first.status, again.status, other.status]).toEqual([200, 200, 200]);
    expect(Object.keys(again.json)).toEqual(Object.keys(first.json));
    await processed(source, 2);
    const [duplicate, ...more] = await receiptsOf(source, { verdict: 'duplicate' });
    expect(more).toEqual([]);
    expect(duplicate).toMatchObject({ id: again.json['id'], duplicateOf: first.json['id'], state: 'none' });
    expect(await eventsOf(source)).toHaveLength(2);
  }
});

test('numbers that JavaScript would round are not taken for the same', async () => {
  const source = await make({ scheme: { type: 'none' }, dedupe: { by: 'pointer', pointer: '/id' } });
  await post(source.url, '{"id":9007199254740993}');
  await post(source.url, '{"id":9007199254740992}');
  await processed(source, 2);
  expect(await receiptsOf(source, { verdict: 'duplicate' })).toEqual([]);
});

test('posted at once from all sides and to two processes, one of many is the first', async () => {
  const peer = await server.startPeer(0);
  const address = peer.app.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const source = await make({ scheme: { type: 'none' }, dedupe: { by: 'header', name: 'x-id' } });
  const other = `http://127.0.0.1:${port}${new URL(source.url ?? '').pathname}`;
  const keys = Array.from({ length: 10 }, (_, n) => `key-${n}`);
  const answers = await Promise.all(
    keys.flatMap((key) =>
      Array.from({ length: 12 }, (_, n) =>
        post(n % 2 === 0 ? source.url : other, `{"n":${n}}`, { 'x-id': key }),
      ),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await processed(source, keys.length);
  const receipts = (await client.call(listReceipts, { query: { sourceId: source.id, limit: 200 } })).data;
  expect(receipts).toHaveLength(120);
  for (const key of keys) {
    const [first, ...others] = receipts.filter((one) => one.dedupeKey === key && one.verdict === 'accepted');
    expect(others).toEqual([]);
    const duplicates = receipts.filter((one) => one.dedupeKey === key && one.verdict === 'duplicate');
    expect(duplicates.map((one) => one.duplicateOf)).toEqual(Array(11).fill(first?.id));
  }
  expect(await eventsOf(source)).toHaveLength(keys.length);
  await peer.stop();
});

test('what is too large gets 413 before it is read, what is too often 429 and when to come back', async () => {
  const small = await make({ scheme: { type: 'none' }, maxBytes: 100 });
  expect((await post(small.url, 'x'.repeat(100))).status).toBe(200);
  expect((await post(small.url, 'x'.repeat(101))).status).toBe(413);
  // Says nothing of its length.
  const stream = new ReadableStream({
    start(controller) {
      for (let n = 0; n < 50; n++) controller.enqueue(new TextEncoder().encode('y'.repeat(1_000)));
      controller.close();
    },
  });
  const init = { method: 'POST', body: stream, duplex: 'half' };
  expect((await fetch(small.url ?? '', init as RequestInit)).status).toBe(413);
  expect(await receiptsOf(small, { verdict: 'refused' })).toHaveLength(2);

  const rare = await make({ scheme: { type: 'none' }, perMinute: 2, dedupe: { by: 'none' } });
  expect([(await post(rare.url, '1')).status, (await post(rare.url, '2')).status]).toEqual([200, 200]);
  const refused = await post(rare.url, '3');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a forger does not fill the disk: refusals are kept to a bound, cut short, and all of them counted', async () => {
  const source = await make({ scheme: { type: 'bearer' }, perMinute: 1_000_000 });
  const body = 'z'.repeat(20_000);
  const forged = 90;
  const answers = await Promise.all(
    Array.from({ length: forged }, () => post(source.url, body, { authorization: 'Bearer wrong' })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  const kept = (await client.call(listReceipts, { query: { sourceId: source.id, limit: 200 } })).data;
  expect(kept.length).toBeGreaterThanOrEqual(60);
  expect(kept.length).toBeLessThan(70);
  const full = await client.call(readReceipt, { params: { id: kept[0]?.id ?? '' } });
  expect(full.bodyBytes).toBe(20_000);
  expect(full.body).toMatchObject({ truncated: true, content: 'z'.repeat(4_096) });
  expect(full.headers['authorization']).toBe('…');
  await expect
    .poll(async () => {
      const { perHour, refused, unkept } = await client.call(sourceStatistics, {
        params: { id: source.id },
        query: {},
      });
      expect(perHour.reduce((sum, hour) => sum + hour.refused, 0)).toBe(refused);
      return { refused, unkept };
    })
    .toEqual({ refused: forged, unkept: forged - kept.length });
  const { keptPerHour, data } = await client.call(listUnkeptReceipts, { query: { sourceId: source.id } });
  expect(data).toEqual([{ sourceId: source.id, sourceName: source.name, unkept: forged - kept.length }]);
  expect(keptPerHour).toBeGreaterThan(kept.length);
  await expect(client.call(replayReceipt, { params: { id: kept[0]?.id ?? '' } })).rejects.toMatchObject({
    code: 'unprocessable',
  });
});

test('a paused source takes and holds; nothing is lost, and resuming lets it go', async () => {
  const source = await make({ scheme: { type: 'none' }, status: 'paused' });
  expect((await post(source.url, '{"n":1}')).status).toBe(200);
  await expect.poll(async () => (await receiptsOf(source))[0]?.state).toBe('held');
  expect(await eventsOf(source)).toEqual([]);
  await client.call(updateSource, { params: { id: source.id }, body: { status: 'active' } });
  await processed(source);
  expect(await eventsOf(source)).toHaveLength(1);
});

test('a body is kept byte for byte, and an event says what is no JSON as text or base64', async () => {
  const source = await make({ scheme: { type: 'none' } });
  const bytes = Buffer.from([0, 255, 254, 1, 2, 0]);
  await post(source.url, bytes, { 'content-type': 'application/octet-stream' });
  await post(source.url, 'a=1&b=2', { 'content-type': 'application/x-www-form-urlencoded' });
  await post(source.url, '{"broken":', { 'content-type': 'application/json' });
  await post(source.url, '[1,2]', { 'content-type': 'text/plain' });
  await processed(source, 4);
  const told = (await eventsOf(source))
    .map(({ data: { body, text, base64 } }) => ({ body, text, base64 }))
    .toReversed();
  expect(told).toEqual([
    { base64: bytes.toString('base64') },
    { text: 'a=1&b=2' },
    { text: '{"broken":' },
    { body: [1, 2] },
  ]);
  const kept = await receiptsOf(source);
  const full = await client.call(readReceipt, { params: { id: kept.at(-1)?.id ?? '' } });
  expect(full.body).toEqual({ encoding: 'base64', content: bytes.toString('base64'), truncated: false });
});

test('a replay processes it again, past dedupe, and its event says what it replays', async () => {
  const source = await make({ scheme: { type: 'none' }, forward: false });
  const { json } = await post(source.url, '{"n":1}');
  await processed(source);
  await client.call(replayReceipt, { params: { id: json['id'] ?? '' } });
  await expect.poll(async () => (await eventsOf(source)).length).toBe(2);
  const [again, first] = await eventsOf(source);
  expect(again?.data).toEqual({ ...first?.data, replayOf: json['id'] });
  const full = await client.call(readReceipt, { params: { id: json['id'] ?? '' } });
  expect(full.outcomes.map(({ replay }) => replay)).toEqual([true, false]);
});

test('a replay of a span is listed with its figures, and can be cancelled by a developer alone', async () => {
  const source = await make({ scheme: { type: 'none' }, dedupe: { by: 'none' } });
  for (const n of [1, 2, 3]) await post(source.url, `{"n":${n}}`);
  await processed(source, 3);
  const [from, to] = [
    new Date(Date.now() - 60_000).toISOString(),
    new Date(Date.now() + 1_000).toISOString(),
  ];
  const started = await client.call(startReceiptReplay, { body: { sourceId: source.id, from, to } });
  expect(started).toMatchObject({ sourceId: source.id, from, to, failedOnly: false, status: 'running' });
  const listed = async () =>
    (await client.call(listReceiptReplays, { query: { sourceId: source.id } })).data[0];
  await expect
    .poll(listed)
    .toMatchObject({ id: started.id, status: 'done', progress: 1, queued: 3, processed: 3, waiting: 0 });
  const params = { id: started.id };
  // Over already: it stays what it was.
  expect(await client.call(cancelReceiptReplay, { params })).toEqual(await listed());
  const viewer = await server.member((await server.owner()).tenantId, 'viewer');
  await expect(viewer.client.call(cancelReceiptReplay, { params })).rejects.toMatchObject({ status: 403 });
  await expect(
    client.call(startReceiptReplay, { body: { sourceId: source.id, from: to, to: from } }),
  ).rejects.toMatchObject({ code: 'invalid_request' });

  const held = await make({ scheme: { type: 'none' }, dedupe: { by: 'none' } });
  for (const n of [1, 2]) await post(held.url, `{"n":${n}}`);
  await processed(held, 2);
  await client.call(updateSource, { params: { id: held.id }, body: { status: 'paused' } });
  const body = { sourceId: held.id, from, to: new Date(Date.now() + 1_000).toISOString() };
  const { id } = await client.call(startReceiptReplay, { body });
  const read = () => client.call(readReceiptReplay, { params: { id } });
  await expect.poll(read).toMatchObject({ status: 'done', queued: 2, waiting: 2 });
  expect(await client.call(cancelReceiptReplay, { params: { id } })).toMatchObject({
    status: 'cancelled',
    reason: expect.stringMatching(/^Cancelled by /),
    queued: 2,
    dropped: 2,
    waiting: 0,
  });
});

test('a viewer sees that something came, and neither where to post nor what it said', async () => {
  const owner = await server.owner();
  const viewer = await server.member(owner.tenantId, 'viewer');
  const source = await make({ scheme: { type: 'none' } });
  const { json } = await post(source.url, '{"secret":"thing"}');
  expect((await viewer.client.call(readSource, { params: { id: source.id } })).url).toBeNull();
  const full = await viewer.client.call(readReceipt, { params: { id: json['id'] ?? '' } });
  expect([full.body, full.headers]).toEqual([null, {}]);
});

test('settings that do not go together are refused with what to do', async () => {
  const refused = (body: Partial<Body> & { scheme: Scheme }) =>
    expect(make(body as never)).rejects.toMatchObject({ code: 'unprocessable' });
  const usual = {
    type: 'hmac',
    algorithm: 'sha256',
    header: 'x',
    encoding: 'hex',
    prefix: '',
    timestamp: null,
  } as const;
  await refused({ scheme: { ...usual, template: '{timestamp}' } });
  await refused({ scheme: { ...usual, template: '{timestamp}.{body}' } });
  await refused({ scheme: { ...usual, template: '{body}{secret}' } });
  await refused({ scheme: { type: 'provider' } });
  await refused({ scheme: { type: 'basic' }, secret: 'no colon' });
  await refused({ scheme: { type: 'standard', toleranceSeconds: 300 }, secret: 'whpk_AAAA' });
  await refused({ scheme: { type: 'none' }, allow: ['10.0.0.0/33'] });
  await refused({ scheme: { type: 'none' }, processor: 'nobody' });
  const source: Source = await make({ scheme: { type: 'none' } });
  const other = await fetch(`${server.url}/api/sources/${source.id}`, { method: 'PATCH' });
  expect(other.status).toBe(401);
});

test('the address is what a trusted proxy says, and what anybody else says of theirs is not believed', async () => {
  const behind = await startTestServer({
    sandbox: false,
    role: 'api',
    settings: { MORTISE_TRUST_PROXY: '127.0.0.1' },
  });
  try {
    const body = { name: 'S', scheme: { type: 'ip' as const }, allow: ['192.0.2.0/24'] };
    const forwarded = { 'x-forwarded-for': '192.0.2.7' };
    const trusting = await (await behind.owner()).client.call(createSource, { body });
    expect((await post(trusting.url, '1', forwarded)).status).toBe(200);
    expect((await post(trusting.url, '2', { 'x-forwarded-for': '192.0.2.7, 198.51.100.1' })).status).toBe(
      404,
    );
    expect((await post(trusting.url, '3')).status).toBe(404);
    const direct = await client.call(createSource, { body });
    expect((await post(direct.url, '1', forwarded)).status).toBe(404);
  } finally {
    await behind.stop();
  }
});

/** An answer's status line to a request of which each byte is given. */
function exchange(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.once('data', (answer) => {
      resolve(answer.toString().split('\r\n', 1)[0] ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
    socket.write(Buffer.from(request, 'latin1'));
  });
}

test('whatever a request calls its body, it is taken or refused by who it is from, and a receipt tells', async () => {
  const source = await make({ scheme: { type: 'bearer' }, dedupe: { by: 'none' } });
  const { pathname } = new URL(source.url ?? '');
  const types = ['', 'garbage', 'a/b/c', ';', '"', 'application/json\u00e9', 'text/plain;;;', 'a/b, c/d'];
  const send = (type: string, secret: string) =>
    exchange(
      `POST ${pathname} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\ncontent-type: ${type}\r\ncontent-length: 2\r\n\r\n{}`,
    );
  for (const type of types) {
    expect([type, await send(type, source.secret ?? '')]).toEqual([type, 'HTTP/1.1 200 OK']);
    expect([type, await send(type, 'guess')]).toEqual([type, 'HTTP/1.1 401 Unauthorized']);
  }
  const verdicts = (await receiptsOf(source, { limit: 100 })).map((receipt) => receipt.verdict);
  expect(verdicts.filter((one) => one === 'accepted')).toHaveLength(types.length);
  expect(verdicts.filter((one) => one === 'refused')).toHaveLength(types.length);
});

test('a receipt keeps no token of its URL, in whatever form the request names it', async () => {
  const source = await make({ scheme: { type: 'none' }, dedupe: { by: 'none' } });
  const { pathname } = new URL(source.url ?? '');
  const token = pathname.slice('/in/'.length);
  const forms = [
    pathname,
    `http://other.example${pathname}`,
    `${pathname}?again=${token}`,
    pathname.replace(token, `%${token.charCodeAt(0).toString(16)}${token.slice(1)}`),
  ];
  for (const form of forms)
    expect(await exchange(`POST ${form} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}`)).toBe(
      'HTTP/1.1 200 OK',
    );
  const kept = await receiptsOf(source);
  expect(kept).toHaveLength(forms.length);
  for (const { id } of kept) {
    const { path } = await client.call(readReceipt, { params: { id } });
    expect(path).not.toContain(token.slice(1));
  }
});

test('the log holds no path by which somebody else could post, or take up an authorisation', async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: (line) => void lines.push(line) });
  const watched = await startTestServer({ sandbox: false, role: 'api', logger });
  try {
    const source = await (
      await watched.owner()
    ).client.call(createSource, { body: { name: 'S', scheme: { type: 'bearer' } } });
    const url = source.url ?? '';
    const token = url.slice(url.lastIndexOf('/') + 1);
    expect((await post(url, '1')).status).toBe(401);
    expect((await post(`${url}/`, '1')).status).toBe(404);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(404);
    const state = randomBytes(32).toString('base64url');
    expect((await post(`${watched.url}/api/integrations/authorize/${state}`, '{}')).status).toBe(405);
    const log = lines.join('');
    expect(log).toContain('/in/');
    expect(log).toContain('/api/integrations/authorize/');
    for (const secret of [token, state]) expect(log).not.toContain(secret);
  } finally {
    await watched.stop();
  }
});
