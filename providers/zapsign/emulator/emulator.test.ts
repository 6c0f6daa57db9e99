import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveEmulator } from '../../kit/emulator/index.ts';
import { PRODUCTION_TOKEN, UNPAID_TOKEN } from './guard.ts';
import { zapsignEmulator } from './index.ts';
import { uuidOf } from './uuid-of.ts';

const clock = { now: new Date('2026-11-20T12:00:30Z') };
const [account, other] = zapsignEmulator.accounts;
let served: Awaited<ReturnType<typeof serveEmulator>>;
let sent: Record<string, unknown>[];

/** Every answer's parts in one: a test names those it means. */
interface Answer {
  count: number;
  next: string | null;
  results: { token: string; created_at: string; status: string; signers: { status: string }[] }[];
  detail: string;
  code: string;
  token: string;
  name: string;
  deleted: boolean;
  signers: { token: string; sign_url: string }[];
}

beforeEach(async () => {
  clock.now = new Date('2026-11-20T12:00:30Z');
  sent = [];
  served = await serveEmulator(zapsignEmulator, {
    seed: 3,
    counts: { documents: 60, signers: 120 },
    now: () => clock.now,
    send: (_url, webhook) => {
      sent.push(JSON.parse(webhook.body) as Record<string, unknown>);
      return Promise.resolve(200);
    },
  });
});
afterEach(() => served.close());

async function call(method: string, path: string, body?: unknown, token = account.apiKey ?? '') {
  const response = await fetch(`${served.hosts['api']}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as Answer) : ({} as Answer);
  return { status: response.status, text, body: json };
}

test('tokens: unknown 401, of the other environment 403, without a plan 402; the query is a place too', async () => {
  const status = async (token: string) => (await call('GET', '/users/?page=1', undefined, token)).status;
  expect([await status('nobody'), await status(PRODUCTION_TOKEN), await status(UNPAID_TOKEN)]).toEqual([
    401, 403, 402,
  ]);
  const inQuery = await fetch(`${served.hosts['api']}/users/?api_token=${account.apiKey ?? ''}`);
  expect(inQuery.status).toBe(200);
  const without = await call('GET', '/info-plan/', undefined, other?.apiKey);
  expect([without.status, without.text]).toEqual([404, 'Plan not found']);
});

test('the limit is of a minute of the clock, and a new minute is free', async () => {
  for (let sentSoFar = 0; sentSoFar < 500; sentSoFar++) await call('GET', '/info-plan/');
  expect((await call('GET', '/info-plan/')).status).toBe(429);
  clock.now = new Date('2026-11-20T12:01:00Z');
  expect((await call('GET', '/info-plan/')).status).toBe(200);
});

test('lists filter, sort by creation, link on, and speak Portuguese of signers', async () => {
  const first = await call('GET', '/docs/?page=1&sort_order=asc&include_signers=true&status=pending');
  expect(first.body.results.every((one) => one.status === 'pending')).toBe(true);
  const times = first.body.results.map((one) => one.created_at);
  expect(times).toEqual(times.toSorted());
  const states = new Set(first.body.results.flatMap((one) => one.signers.map((signer) => signer.status)));
  expect([...states].every((state) => ['nao_abriu', 'abriu', 'assinou'].includes(state))).toBe(true);
  const all = await call('GET', '/docs/?page=3');
  expect([all.body.count, all.body.results.length, all.body.next]).toEqual([60, 20, null]);
  expect((await call('GET', '/docs/?page=4')).status).toBe(404);
  expect((await call('GET', '/docs/?created_from=20.11.2026')).status).toBe(400);
});

test('a document is made with its signers and told of once, with all of them', async () => {
  served.emulator.setTarget({ url: 'https://me.example/in' });
  const made = await call('POST', '/docs/', {
    name: 'Contrato',
    url_pdf: 'https://files.example/1.pdf',
    signers: [{ name: 'Iara' }, { name: 'Caio' }],
  });
  expect([made.status, made.body.signers.length]).toEqual([200, 2]);
  expect(made.body.signers[0]?.sign_url).toContain(made.body.signers[0]?.token);
  expect(sent).toMatchObject([{ event_type: 'doc_created', token: made.body.token, signers: [{}, {}] }]);
});

test('each signature is told; the document is signed with the last', async () => {
  const made = await call('POST', '/docs/', {
    name: 'Contrato',
    markdown_text: '# Contrato',
    signers: [{ name: 'Iara' }, { name: 'Caio' }],
  });
  served.emulator.setTarget({ url: 'https://me.example/in' });
  for (const { token } of made.body.signers)
    served.emulator.world.records.update(account.id, 'signers', token, { status: 'signed' });
  expect(sent.map((one) => [one['event_type'], one['status']])).toEqual([
    ['doc_signed', 'pending'],
    ['doc_signed', 'signed'],
  ]);
  const late = await call('PUT', `/docs/${made.body.token}/`, { name: 'x' });
  expect(late.status).toBe(400);
  const cancelled = await call('POST', '/refuse/', { doc_token: made.body.token });
  expect([cancelled.status, cancelled.body.code]).toEqual([403, 'document_already_signed']);
});

test('a deleted document can still be read; a refused one is told in Portuguese', async () => {
  served.emulator.setTarget({ url: 'https://me.example/in' });
  const [first, second] = [uuidOf('document', 0), uuidOf('document', 1)];
  expect((await call('DELETE', `/docs/${first}/`)).body.deleted).toBe(true);
  expect((await call('GET', `/docs/${first}/`)).body.deleted).toBe(true);
  expect((await call('POST', '/refuse/', { doc_token: second })).status).toBe(200);
  expect(sent.map((one) => [one['event_type'], one['status']])).toEqual([
    ['doc_deleted', 'pending'],
    ['doc_refused', 'recusado'],
  ]);
});

test('what is wrong with a document is said by its field, and what is not JSON by 406', async () => {
  expect((await call('POST', '/docs/', { name: 'n', signers: [{ name: 'x' }] })).text).toContain(
    'non_field_errors',
  );
  expect((await call('POST', '/docs/', { url_pdf: 'x', signers: [{ name: 'x' }] })).text).toContain('"name"');
  expect((await call('POST', '/models/create-doc/', { template_id: 'x', signer_name: 'y' })).status).toBe(
    404,
  );
  const made = await call('POST', '/models/create-doc/', {
    template_id: uuidOf('template', 0),
    signer_name: 'y',
  });
  expect(made.body.name).toContain('Modelo 1');
  expect((await call('POST', '/docs/')).status).toBe(406);
});
