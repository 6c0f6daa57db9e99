import { createPublicKey, verify } from 'node:crypto';
import { createWebhook } from '@mortise/contract';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { anEvent, bodyOf, type Rig } from './testing/rig.ts';
import type { SinkRequest } from './testing/sink.ts';
import { useStage } from './testing/stage.ts';

let tenantId: string;
const stage = useStage((now) => void ({ tenantId } = now));
const { rigOf, sinkOf, listed, query, update } = stage;
const nowhere = 'http://127.0.0.1:9/';

const readOf = async (rig: Rig, id: string) =>
  bodyOf(await rig.routes.read(stage.context(), { params: { id }, query: undefined, body: undefined }));
const keysOf = async (rig: Rig, id: string) => {
  const input = { params: { id }, query: undefined, body: undefined };
  return bodyOf(await rig.routes.signingKeys(stage.context(), input)).data;
};
const rotate = async (rig: Rig, id: string) =>
  bodyOf(
    await rig.routes.rotateSecret(stage.context(), { params: { id }, query: undefined, body: undefined }),
  );

/** Verifies a signature by Ed25519 as a receiver does who has the public key and the specification, and no code of ours. */
function verifies(publicKey: string, { headers, body }: SinkRequest): boolean {
  const raw = Buffer.from(publicKey.replace('whpk_', ''), 'base64');
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
  });
  const signed = Buffer.from(
    `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`,
  );
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((one) => one.startsWith('v1a,'))
    .some((one) => verify(null, signed, key, Buffer.from(one.slice(4), 'base64')));
}
/** Whether a receiver's library signs it the same. Not `verify`: that one asks the machine's clock. */
function verifiesShared(secret: string, { headers, body }: SinkRequest): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const expected = new Webhook(secret).sign(String(headers['webhook-id']), at, body);
  return String(headers['webhook-signature']).split(' ').includes(expected);
}

test('what is left out of an update stays, what is given replaces the whole of its part, and null takes it away', async () => {
  const rig = await rigOf();
  const { id } = await rig.addWebhook(tenantId, {
    url: nowhere,
    settings: { method: 'PUT', headers: { 'X-A': '1' }, filter: { type: 'a.b' }, retentionDays: 3 },
  });
  await update(rig, id, { settings: { headers: { 'X-B': '2' }, filter: null } });
  const { settings, version } = await readOf(rig, id);
  expect(settings).toMatchObject({
    method: 'PUT',
    headers: { 'X-B': '2' },
    filter: null,
    retentionDays: 3,
    timeoutMs: 20_000,
  });
  expect(version).toBe(2);
  await expect(
    update(rig, id, { settings: { method: 'POST' } }, { 'if-match': '"1"' }),
  ).rejects.toMatchObject({
    code: 'version_mismatch',
  });
  expect((await readOf(rig, id)).settings.method).toBe('PUT');
});

test("an auth's secret stays with its kind, goes with it, and stands in no audit entry", async () => {
  const rig = await rigOf();
  const sealed = async () =>
    (
      await query<{ kept: boolean }>(
        'select auth_secret is not null as kept from webhooks where tenant_id = $1',
        [tenantId],
      )
    )[0]?.kept;
  const { id } = await rig.addWebhook(tenantId, {
    url: nowhere,
    settings: { auth: { kind: 'basic', username: 'ann' } },
    authSecret: 'first-secret',
  });
  await update(rig, id, { settings: { auth: { kind: 'basic', username: 'bob' } } });
  expect(await sealed()).toBe(true);
  await expect(update(rig, id, { settings: { auth: { kind: 'bearer' } } })).rejects.toMatchObject({
    issues: [{ path: 'authSecret' }],
  });
  await update(rig, id, { settings: { auth: { kind: 'bearer' } }, authSecret: 'second-secret' });
  await update(rig, id, { authSecret: 'third-secret' });
  await update(rig, id, { settings: { auth: { kind: 'none' } } });
  expect(await sealed()).toBe(false);
  await expect(update(rig, id, { authSecret: 'fourth-secret' })).rejects.toMatchObject({
    issues: [{ path: 'authSecret' }],
  });
  const audit = JSON.stringify(await query('select * from audit_entries where tenant_id = $1', [tenantId]));
  expect(audit).toContain('[changed]');
  expect(audit).not.toMatch(/(first|second|third|fourth)-secret/);
});

test('the method and the headers are as set; what says what the request is stays ours', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { method: 'PATCH', headers: { 'X-Team': 'blue', 'User-Agent': 'Acme/1' } },
  });
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  expect(sink.requests[0]).toMatchObject({
    method: 'PATCH',
    headers: { 'x-team': 'blue', 'user-agent': 'Acme/1', 'content-type': 'application/json' },
  });
});

test.each([
  ['a method that carries no body', { method: 'GET' }, 'settings.method'],
  ['a header that is ours', { headers: { 'Webhook-Id': 'x' } }, 'settings.headers.Webhook-Id'],
  ['a header of the connection', { headers: { Host: 'x' } }, 'settings.headers.Host'],
  ['a secret among the headers', { headers: { Authorization: 'x' } }, 'settings.headers.Authorization'],
  ['a header that breaks the line', { headers: { 'x-a': 'a\r\nb: c' } }, 'settings.headers.x-a'],
  ['a name that is none', { headers: { 'a b': 'x' } }, 'settings.headers.a b'],
  [
    'too many headers',
    { headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, '1'])) },
    'settings.headers',
  ],
  ['a colon in a user name', { auth: { kind: 'basic', username: 'a:b' } }, 'settings.auth.username'],
  ['an unknown auth', { auth: { kind: 'digest' } }, 'settings.auth.kind'],
  ['an auth header that is ours', { auth: { kind: 'header', name: 'content-length' } }, 'settings.auth.name'],
  [
    'a purpose that no purpose can have',
    { consent: { purpose: 'No Purpose', subject: '/data/id' } },
    'settings.consent.purpose',
  ],
  [
    'a pointer that is none',
    { consent: { purpose: 'marketing', subject: 'data.id' } },
    'settings.consent.subject',
  ],
  ['a pointer to the whole', { consent: { purpose: 'marketing', subject: '' } }, 'settings.consent.subject'],
  ['a transform that is too long', { transform: 'x'.repeat(10_001) }, 'settings.transform'],
  ['a time that is too short', { timeoutMs: 10 }, 'settings.timeoutMs'],
  ['a retention of nothing', { retentionDays: 0 }, 'settings.retentionDays'],
])('%s is refused, with its place', (_, settings, place) => {
  const judged = createWebhook.body.safeParse({
    name: 'x',
    url: 'https://a.example',
    events: ['*'],
    settings,
  });
  expect(judged.error?.issues[0]?.path.join('.')).toBe(place);
});

test('a transform that cannot be used is refused on create and on update, with the character', async () => {
  const rig = await rigOf({ limits: { transformMs: 10_000 } });
  const refusal = {
    code: 'unprocessable',
    issues: [{ path: 'settings.transform', message: expect.stringMatching(/at character \d+/) as string }],
  };
  await expect(
    rig.addWebhook(tenantId, { url: nowhere, settings: { transform: 'data.(' } }),
  ).rejects.toMatchObject(refusal);
  const { id } = await rig.addWebhook(tenantId, { url: nowhere });
  await expect(update(rig, id, { settings: { transform: '$random()' } })).rejects.toMatchObject(refusal);
  expect((await readOf(rig, id)).settings.transform).toBeNull();
});

test('ed25519: receivers verify with the public key alone, which can be read again and again', async () => {
  const clock = new FakeClock(new Date());
  const [rig, sink] = [await rigOf({ clock }), await sinkOf()];
  const { id, secret: first } = await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { signing: 'ed25519' },
  });
  expect(first).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
  expect(await keysOf(rig, id)).toMatchObject([{ kind: 'ed25519', publicKey: first, expiresAt: null }]);
  const { secret: second, previousValidUntil } = await rotate(rig, id);
  expect(await keysOf(rig, id)).toMatchObject([
    { publicKey: second, expiresAt: null },
    { publicKey: first, expiresAt: previousValidUntil },
  ]);
  const send = async () => {
    await rig.append(tenantId, [anEvent()]);
    await rig.delivery.idle();
    return sink.requests.at(-1)!;
  };
  const both = await send();
  expect([first, second].map((key) => verifies(key, both))).toEqual([true, true]);
  expect(verifies(first, { ...both, body: `${both.body} ` })).toBe(false);
  clock.advance(24 * 3_600_000);
  const one = await send();
  expect([first, second].map((key) => verifies(key, one))).toEqual([false, true]);
  expect((await keysOf(rig, id)).length).toBe(1);
  const stored = JSON.stringify(await query('select * from audit_entries where tenant_id = $1', [tenantId]));
  expect(stored).not.toMatch(/whs[ke]/);
});

test('a change of the signing makes a key of the new kind, shown then, and both sign for a day', async () => {
  const clock = new FakeClock(new Date());
  const [rig, sink] = [await rigOf({ clock }), await sinkOf()];
  const { id, secret: shared } = await rig.addWebhook(tenantId, { url: sink.url });
  const changed = bodyOf(await update(rig, id, { settings: { signing: 'ed25519' } }));
  const open = String(changed.secret);
  expect(open).toMatch(/^whpk_/);
  expect(bodyOf(await update(rig, id, { name: 'The same signing' })).secret).toBeUndefined();
  const send = async () => {
    await rig.append(tenantId, [anEvent()]);
    await rig.delivery.idle();
    return sink.requests.at(-1)!;
  };
  const both = await send();
  expect([verifiesShared(shared, both), verifies(open, both)]).toEqual([true, true]);
  clock.advance(24 * 3_600_000);
  const one = await send();
  expect([String(one.headers['webhook-signature']).split(' ').length, verifies(open, one)]).toEqual([
    1,
    true,
  ]);
  const back = bodyOf(await update(rig, id, { settings: { signing: 'hmac' } }));
  const again = await send();
  expect([verifiesShared(String(back.secret), again), verifies(open, again)]).toEqual([true, true]);
});

test('only what the filter wants becomes a delivery, and a test goes past it', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { filter: { 'data.amount': { $gt: 100 } } },
  });
  const [small, large] = await rig.append(tenantId, [
    anEvent('deal.won', { amount: 1 }),
    anEvent('deal.won', { amount: 101 }),
  ]);
  await rig.delivery.idle();
  expect(sink.requests.map(({ body }) => (JSON.parse(body) as { data: object }).data)).toEqual([
    { amount: 101 },
  ]);
  const counts = await query<{ delivery_count: number }>(
    'select delivery_count from events where tenant_id = $1 and id in ($2, $3) order by id',
    [tenantId, small!.id, large!.id],
  );
  expect(counts.map((row) => row.delivery_count)).toEqual([0, 1]);
  await update(rig, id, { settings: { filter: { 'data.amount': { $lt: 100 } } } });
  await rig.append(tenantId, [anEvent('deal.won', { amount: 2 }), anEvent('deal.won', { amount: 300 })]);
  await rig.routes.test(stage.context(), { params: { id }, query: undefined, body: undefined });
  await rig.delivery.idle();
  expect((await listed(rig)).map(({ eventType }) => eventType)).toEqual([
    'webhook.tested',
    'deal.won',
    'deal.won',
  ]);
  expect(sink.requests.length).toBe(3);
});

test("a webhook's own time limit ends its attempts", async () => {
  const [rig, sink] = [await rigOf(), await sinkOf(() => undefined)];
  await rig.addWebhook(tenantId, { url: sink.url, settings: { timeoutMs: 1_000 } });
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  expect(await listed(rig)).toMatchObject([
    { status: 'retrying', lastError: expect.stringContaining('in time') as string },
  ]);
});
