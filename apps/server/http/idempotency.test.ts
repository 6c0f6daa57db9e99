import { createInvitation, createWebhook, listWebhooks } from '@mortise/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestPerson, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
});
afterAll(() => server.stop());

const hook = (name: string) => ({ name, url: 'http://127.0.0.1:9/hook', events: ['*'] });
const create = (key: string, body: unknown, by: TestPerson = owner) =>
  by.fetch('/api/webhooks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
const names = async () =>
  (await owner.client.call(listWebhooks, { query: { limit: 200 } })).data.map(({ name }) => name);
const rows = () => server.db.engine((tx) => tx.query('select key, response from idempotency_keys'));

test('the same key and body give the same answer, the secret shown once included, and make one thing', async () => {
  const [first, second] = [await create('again', hook('again')), await create('again', hook('again'))];
  const made = (await first.json()) as { id: string; secret: string };
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(await second.json()).toEqual(made);
  expect(made.secret).toMatch(/^whsec_/);
  expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([
    null,
    'true',
  ]);
  expect((await names()).filter((name) => name === 'again')).toHaveLength(1);
});

test('what is kept is sealed: no secret can be read in the table', async () => {
  const answer = (await (await create('sealed', hook('sealed'))).json()) as { secret: string };
  const kept = (await rows()).map((row) => Buffer.from(row.response as Uint8Array).toString('latin1'));
  expect(kept.length).toBeGreaterThan(0);
  for (const text of kept) {
    expect(text).not.toContain(answer.secret);
    expect(text).not.toContain('whsec_');
    expect(text).not.toContain('sealed');
  }
});

test('another body, or another person, under a key that was used is refused', async () => {
  await create('taken', hook('taken'));
  const other = await create('taken', hook('other'));
  expect([other.status, await other.json()]).toMatchObject([422, { code: 'idempotency_mismatch' }]);
  const colleague = await server.member(owner.tenantId, 'developer');
  const theirs = await create('taken', hook('taken'), colleague);
  expect(theirs.status).toBe(422);
  expect(await theirs.text()).not.toContain('whsec_');
});

test('a key that is not visible ASCII of at most 255 characters is refused', async () => {
  for (const key of ['', 'with space', 'x'.repeat(256), 'caf\u00e9', 'one, two']) {
    const answer = await create(key, hook('malformed'));
    expect([key, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      key,
      400,
      'invalid_idempotency_key',
    ]);
  }
  expect(await names()).not.toContain('malformed');
});

test('of many at once with one key one creates; the others wait for it or get its answer', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => create('burst', hook('burst'))));
  const bodies = await Promise.all(
    answers.map(async (answer) => ({
      status: answer.status,
      body: (await answer.json()) as Record<string, string>,
    })),
  );
  const made = bodies.filter(({ status }) => status === 201);
  expect(made.length).toBeGreaterThan(0);
  expect(new Set(made.map(({ body }) => body.secret)).size).toBe(1);
  for (const { status, body } of bodies)
    if (status !== 201) expect([status, body.code]).toEqual([409, 'idempotency_in_flight']);
  expect((await names()).filter((name) => name === 'burst')).toHaveLength(1);
});

test('while the first is under way a second is told to wait', async () => {
  const bare = await server.db.engine((tx) => tx.query<{ id: string }>('select id from tenants limit 1'));
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = server.db.engine(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [`${bare[0]!.id}/flying`]);
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  const answer = await create('flying', hook('flying'));
  expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([
    409,
    '1',
    { code: 'idempotency_in_flight' },
  ]);
  held.resolve();
  await holding;
  expect((await create('flying', hook('flying'))).status).toBe(201);
});

test('a key belongs to its tenant', async () => {
  const other = await server.createTenant('Other');
  const make = () =>
    other.operator.call(createWebhook, { body: hook('mine') }, { idempotencyKey: 'shared-key' });
  await owner.client.call(createWebhook, { body: hook('mine') }, { idempotencyKey: 'shared-key' });
  const [first, second] = [await make(), await make()];
  expect(second).toEqual(first);
});

test('a refusal is not kept: the same key works once the reason is gone', async () => {
  const before = (await rows()).length;
  const refused = await create('second-try', { ...hook('second-try'), events: [] });
  expect(refused.status).toBe(400);
  const admin = await server.member(owner.tenantId, 'admin');
  const invite = (role: 'owner' | 'viewer') =>
    admin.client.call(
      createInvitation,
      { body: { email: 'late@example.com', role } },
      { idempotencyKey: 'invite' },
    );
  await expect(invite('owner')).rejects.toMatchObject({ code: 'forbidden' });
  expect((await rows()).map(({ key }) => key)).not.toContain('invite');
  expect((await create('second-try', hook('second-try'))).status).toBe(201);
  await expect(invite('viewer')).resolves.toMatchObject({ role: 'viewer' });
  expect((await rows()).length).toBeGreaterThan(before);
});

test('the answer is kept in the very transaction that creates: there is never one without the other', async () => {
  await create('atomic', hook('atomic'));
  const [kept] = await server.db.engine((tx) =>
    tx.query<{ same: boolean }>(
      `select k.xmin = w.xmin as same from idempotency_keys k, webhooks w where k.key = 'atomic' and w.name = 'atomic'`,
    ),
  );
  expect(kept).toEqual({ same: true });
});
