import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { addTenant, anEvent } from './testing/rig.ts';
import { createStage } from './testing/stage.ts';
import { createTransformer, type Transformer } from './transformer.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };
/** For transforms that are meant to come to an end, on a machine that may be slow. */
const unhurried = { transformMs: 10_000 };

let database: TestDatabase;
let tenantId: string;
let transformer: Transformer;

beforeAll(async () => {
  database = await createTestDatabase();
  transformer = createTransformer({ deadlineMs: 10_000 });
});
beforeEach(async () => {
  tenantId = await addTenant(database.db);
});
afterEach(() => stage.clear());
afterAll(async () => {
  transformer.close();
  await database.drop();
});

const stage = createStage(() => ({ db: database.db, tenantId }));
const { rigOf, sinkOf, listed, readOne, query } = stage;

const event = { type: 'a.b', timestamp: '2026-03-01T12:00:00.000Z', data: { n: 2, tags: ['x', 'y'] } };
const run = (expression: string, by = 'one', body: object = event) =>
  transformer.run({ tenantId: by, expression, body: JSON.stringify(body) });

const endless = '($f := function($n) { $f($n + 1) }; $f(0))';
const bomb = '$pad("x", 500000000)';

test('an expression gives JSON, or nothing, and its clock stands where the event happened', async () => {
  expect(await run('{"sum": data.n + 1, "first": data.tags[0]}')).toEqual({
    kind: 'given',
    body: '{"sum":3,"first":"x"}',
  });
  expect(await run('data.tags')).toEqual({ kind: 'given', body: '["x","y"]' });
  expect(await run('data.missing')).toEqual({ kind: 'nothing' });
  expect(await run('null')).toEqual({ kind: 'given', body: 'null' });
  expect(await run('{"at": $now(), "ms": $millis()}')).toEqual({
    kind: 'given',
    body: `{"at":"2026-03-01T12:00:00.000Z","ms":${Date.parse(event.timestamp)}}`,
  });
  expect(await run('$base64decode($base64encode("hello") & "")')).toEqual({ kind: 'given', body: '"hello"' });
});

test.each([
  ['a function', 'function($x) { $x }'],
  ['functions inside', '{"f": function($x) { $x }}'],
  ['an error of its own', '$error("no good")'],
  ['more than may be sent', '{"x": $pad("x", 300000)}'],
  ['another type than it takes', '1 + "a"'],
])('what gives %s fails, in words', async (_, expression) => {
  expect(await run(expression)).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/\w{4}/) as string,
  });
});

test.each(['$random()', '$shuffle(data.tags)', '$eval("1")', '$map(data.tags, $random)'])(
  '%s is refused before it is run, with its place',
  async (expression) => {
    const refusal = { kind: 'failed', message: expect.stringContaining('cannot be used') as string };
    expect(await transformer.check({ tenantId: 'one', expression })).toMatchObject({
      ...refusal,
      position: expect.any(Number) as number,
    });
    expect(await run(expression)).toMatchObject(refusal);
  },
);

test('an expression that cannot be read is refused with the place', async () => {
  expect(await transformer.check({ tenantId: 'one', expression: 'data.(' })).toMatchObject({
    kind: 'failed',
    position: 6,
  });
  expect(await transformer.check({ tenantId: 'one', expression: 'data.n' })).toEqual({ kind: 'nothing' });
});

test('nothing of the process can be reached, and what one does to its objects no other sees', async () => {
  const reaching = [
    '$.constructor.constructor("return process")()',
    '$lookup($, "constructor")',
    '"".constructor',
    '$.__proto__',
    '$process',
    '$globalThis',
    '$require("fs")',
    '$$.toString',
  ];
  for (const expression of reaching)
    expect([expression, (await run(expression)).kind]).not.toEqual([expression, 'given']);
  await run(
    '$merge([{"__proto__": {"polluted": 1}}]) ~> | $ | {"constructor": {"prototype": {"polluted": 1}}} |',
  );
  expect(await run('polluted')).toEqual({ kind: 'nothing' });
  expect(await run('polluted', 'another')).toEqual({ kind: 'nothing' });
});

test('one that never ends, eats memory or backtracks for ever is cut off, and those who wait for it are run', async () => {
  const strict = createTransformer({ deadlineMs: 300 });
  try {
    const ask = (by: string, expression: string) =>
      strict.run({ tenantId: by, expression, body: JSON.stringify(event) });
    const bad = [
      endless,
      bomb,
      `$match("${'a'.repeat(40)}!", /^(a+)+$/)`,
      '[1..9999999]',
      '($f := function($n) { 1 + $f($n + 1) }; $f(0))',
    ];
    const answers = await Promise.all(
      bad.flatMap((expression, n) => [ask(`bad${n}`, expression), ask(`good${n}`, 'data.n')]),
    );
    for (const [index, answer] of answers.entries()) {
      // A good one may be cut off by a machine that is that slow; it is never lost.
      if (index % 2 === 0)
        expect(answer).toMatchObject({ message: expect.stringMatching(/longer|more|too busy/) as string });
      else expect(['given', 'failed', 'unavailable']).toContain(answer.kind);
    }
    await expect.poll(() => ask('good', 'data.n'), patiently).toEqual({ kind: 'given', body: '2' });
  } finally {
    strict.close();
  }
});

test('a transform makes what is sent and signed; the attempt and the delivery show it', async () => {
  const [rig, sink] = [await rigOf({ limits: unhurried }), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url, settings: { transform: '{"n": data.n, "of": type}' } });
  await rig.addWebhook(tenantId, { url: `${sink.url}/plain` });
  await rig.append(tenantId, [anEvent('deal.won', { n: 7 })]);
  await rig.delivery.idle();
  const body = '{"n":7,"of":"deal.won"}';
  expect(sink.requests.find(({ path }) => path === '/')?.body).toBe(body);
  const all = await listed(rig);
  const shown = await readOne(rig, all.find(({ url }) => url === sink.url)!.id);
  expect(shown).toMatchObject({ status: 'delivered', body, log: [{ requestBody: body }] });
  const plain = await readOne(rig, all.find(({ url }) => url === `${sink.url}/plain`)!.id);
  expect(plain.log).toMatchObject([{ requestBody: null }]);
  expect(plain.body).toContain('"data":{"n":7}');
});

test('a transform that gives nothing ends the delivery unsent, counted neither as delivered nor as failed', async () => {
  const [rig, sink] = [await rigOf({ limits: unhurried }), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url, settings: { transform: 'data.wanted' } });
  await rig.append(tenantId, [anEvent('deal.won', { n: 7 })]);
  await rig.delivery.idle();
  const [delivery] = await listed(rig, { status: 'skipped' });
  expect(delivery).toMatchObject({ status: 'skipped', nextAttemptAt: null, deliveredAt: null });
  expect(await readOne(rig, delivery!.id)).toMatchObject({
    log: [
      { outcome: 'skipped', requestHeaders: {}, error: expect.stringContaining('gives nothing') as string },
    ],
  });
  for (const status of ['delivered', 'failed', 'retrying', 'pending'])
    expect(await listed(rig, { status })).toEqual([]);
  expect(await query('select name from counters where tenant_id = $1', [tenantId])).toEqual([]);
  expect(sink.requests).toEqual([]);
});

test('a transform that fails is a failed attempt with its reason, tried again, and sent once it is mended', async () => {
  const [rig, sink] = [await rigOf({ limits: unhurried }), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { transform: '$error("not yet")' },
  });
  await rig.append(tenantId, [anEvent('deal.won', { n: 7 })]);
  await expect
    .poll(() => listed(rig), patiently)
    .toMatchObject([{ status: 'retrying', lastError: expect.stringContaining('not yet') as string }]);
  expect(sink.requests).toEqual([]);
  await stage.update(rig, id, { settings: { transform: 'data' } });
  const [delivery] = await listed(rig);
  await rig.routes.retry(stage.context(), {
    params: { id: delivery!.id },
    query: undefined,
    body: undefined,
  });
  await sink.arrived(1);
  expect(sink.requests[0]?.body).toBe('{"n":7}');
});

test("a tenant's endless or greedy transform holds up neither the event loop nor anyone else's deliveries", async () => {
  const [rig, sink] = [await rigOf({ limits: { transformMs: 300 } }), await sinkOf()];
  const bad = [await addTenant(database.db), await addTenant(database.db)];
  await rig.addWebhook(bad[0]!, { url: `${sink.url}/bad`, settings: { transform: endless } });
  await rig.addWebhook(bad[1]!, { url: `${sink.url}/bad`, settings: { transform: bomb } });
  await rig.addWebhook(tenantId, { url: `${sink.url}/plain` });
  const many = Array.from({ length: 20 }, () => anEvent());
  for (const one of bad) await rig.append(one, many);
  await rig.append(tenantId, many);
  await sink.arrived(20);
  // One that ran here would let nothing arrive, ever.
  expect(sink.requests.every(({ path }) => path === '/plain')).toBe(true);
});
