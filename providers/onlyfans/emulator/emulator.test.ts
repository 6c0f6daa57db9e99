import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveEmulator } from '../../kit/emulator/index.ts';
import { creatorId, creatorNumber, fanNumber } from './numbers.ts';
import { onlyfansEmulator } from './index.ts';

const clock = { now: new Date('2026-11-20T12:00:00Z') };
const [team] = onlyfansEmulator.accounts;
const at = creatorId(0);
const chat = fanNumber(0);
let served: Awaited<ReturnType<typeof serveEmulator>>;
let sent: { event: string; account_id: string; payload: Record<string, unknown> }[];

/** Every answer's parts in one: a test names those it means. */
interface Answer {
  error: string;
  team: { slug: string };
  data: { id: number; list: { id: number; createdAt: string; subscribedOn: boolean }[]; hasMore: boolean };
  _pagination: { next_page: string | null };
  _meta: { _rate_limits: { limit_minute: number; remaining_minute: number } };
}

beforeEach(async () => {
  clock.now = new Date('2026-11-20T12:00:00Z');
  sent = [];
  served = await serveEmulator(onlyfansEmulator, {
    seed: 3,
    counts: { fans: 90, chats: 60, messages: 120, transactions: 900 },
    now: () => clock.now,
    send: (_url, { body }) => {
      sent.push(JSON.parse(body) as (typeof sent)[number]);
      return Promise.resolve(200);
    },
  });
});
afterEach(() => served.close());

async function call(method: string, path: string, body?: unknown, key = team.apiKey ?? '') {
  const response = await fetch(`${served.hosts['api']}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

test('whoami and the accounts wear no envelope; an unknown key is refused', async () => {
  expect((await call('GET', '/api/whoami')).body.team.slug).toBe(team.id);
  expect((await call('GET', '/api/accounts')).body).toHaveLength(3);
  const { status, body } = await call('GET', '/api/whoami', undefined, 'nobody');
  expect([status, body.error.slice(0, 12)]).toEqual([401, 'Unauthorized']);
});

test('sixty a minute, told in the body', async () => {
  const { body } = await call('GET', `/api/${at}/me`);
  expect(body._meta._rate_limits).toMatchObject({ limit_minute: 60, remaining_minute: 59 });
  for (let more = 1; more < 60; more++) await call('GET', '/api/whoami');
  expect((await call('GET', '/api/whoami')).status).toBe(429);
  clock.now = new Date(clock.now.getTime() + 60_000);
  expect((await call('GET', '/api/whoami')).status).toBe(200);
});

test('a page may be one short and is not the last; active and expired make up all', async () => {
  const path = `/api/${at}/fans/all?limit=10`;
  expect((await call('GET', `${path}&offset=10`)).body.data).toMatchObject({
    hasMore: true,
    list: { length: 9 },
  });
  const count = async (which: string) =>
    (await call('GET', `/api/${at}/fans/${which}?limit=50`)).body.data.list.length;
  expect((await count('active')) + (await count('expired'))).toBe(await count('all'));
  expect((await call('GET', `/api/${at}/fans/all?limit=51`)).status).toBe(422);
});

test('transactions are those of 30 days unless a start is given', async () => {
  const oldest = async (query: string) => {
    const { body } = await call('GET', `/api/${at}/transactions?limit=1000${query}`);
    return Date.parse(body.data.list.at(-1)?.createdAt ?? '');
  };
  const month = clock.now.getTime() - 30 * 86_400_000;
  expect(await oldest('')).toBeGreaterThanOrEqual(month);
  expect(await oldest('&startDate=2016-11-01')).toBeLessThan(month);
  expect((await call('GET', `/api/${at}/transactions?startDate=soon`)).status).toBe(422);
});

test('a creator whose session has expired, or of nobody, refuses what stands under it', async () => {
  served.emulator.world.records.update(team.id, 'creators', at, { is_authenticated: 'false' });
  expect((await call('GET', `/api/${at}/fans/all`)).status).toBe(403);
  expect((await call('GET', '/api/acct_nobody/fans/all')).status).toBe(404);
});

test('a message is sent, told of, and deleted within a day', async () => {
  served.emulator.setTarget({ url: 'https://me.example/in' });
  const path = `/api/${at}/chats/${chat}/messages`;
  const { id } = (await call('POST', path, { text: 'Hello', price: 5 })).body.data;
  expect(sent).toMatchObject([
    { event: 'messages.sent', account_id: at, payload: { id, toUser: { id: chat } } },
  ]);
  expect((await call('DELETE', `${path}/${id}`)).status).toBe(200);
  expect((await call('GET', `${path}/${id}`)).status).toBe(404);
  const late = (await call('POST', path, { text: 'Hello again' })).body.data.id;
  clock.now = new Date(clock.now.getTime() + 25 * 3_600_000);
  expect((await call('DELETE', `${path}/${late}`)).status).toBe(400);
  expect((await call('POST', path, { text: '' })).status).toBe(422);
});

test('changes are told by their own events, and the number beside the fan is the creator’s', () => {
  served.emulator.setTarget({ url: 'https://me.example/in' });
  const { records } = served.emulator.world;
  const fan = `${at}:${chat}`;
  records.update(team.id, 'fans', fan, { expires: '2027-06-01T00:00:00.000Z' });
  records.update(team.id, 'fans', fan, { tips: '500' });
  records.update(team.id, 'fans', fan, { name: 'Somebody' });
  records.update(team.id, 'creators', at, { is_authenticated: 'false' });
  records.create(team.id, 'transactions', { amount: '20', description: 'Tip', status: 'loading', fan: '1' });
  expect(sent.map((one) => one.event)).toEqual([
    'subscriptions.renewed',
    'tips.received',
    'accounts.session_expired',
    'transactions.new',
  ]);
  expect(sent[0]?.payload).toMatchObject({ user_id: creatorNumber(0), user: { id: chat } });
});
