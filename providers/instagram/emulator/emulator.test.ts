import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveEmulator } from '../../kit/emulator/index.ts';
import { instagramEmulator } from './index.ts';
import { parseFields } from './select-fields.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ACCOUNT = '17841405309211844';
const SCOPES = ['basic', 'manage_comments', 'content_publish'].map((name) => `instagram_business_${name}`);

const clock = { now: new Date('2026-11-20T12:00:00Z') };
let served: Awaited<ReturnType<typeof serveEmulator>>;

/** Every answer's parts in one: a test names those it means. */
interface Answer {
  id: string;
  user_id: string;
  access_token: string;
  expires_in: number;
  permissions: string;
  data: { access_token: string; user_id: string; id: string; quota_usage: number; comments?: Answer }[];
  paging: { cursors: { after: string }; next?: string };
  error: { code: number; error_subcode?: number; fbtrace_id: string };
}

beforeEach(async () => {
  clock.now = new Date('2026-11-20T12:00:00Z');
  served = await serveEmulator(instagramEmulator, {
    seed: 3,
    counts: { media: 60, comments: 170 },
    now: () => clock.now,
  });
});

afterEach(() => served.close());

async function call(method: string, path: string, bearer = '', form?: Record<string, string>) {
  const [host = '', ...rest] = path.split(':');
  const response = await fetch(`${served.hosts[host]}${rest.join(':')}`, {
    method,
    headers: { authorization: `Bearer ${bearer}` },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

function code(scopes = SCOPES): string {
  const { client } = instagramEmulator;
  const redirectUri = 'https://me.example/cb';
  return served.emulator.world.tokens.issueCode({
    clientId: client.id,
    accountId: ACCOUNT,
    scopes,
    redirectUri,
  });
}

async function shortToken(scopes?: string[]) {
  const { id, secret } = instagramEmulator.client;
  const form = {
    client_id: id,
    client_secret: secret,
    grant_type: 'authorization_code',
    redirect_uri: 'https://me.example/cb',
  };
  return call('POST', 'api:/oauth/access_token', '', { ...form, code: code(scopes) });
}

async function longToken(scopes?: string[]): Promise<string> {
  const short = (await shortToken(scopes)).body.data[0]?.access_token ?? '';
  const { secret } = instagramEmulator.client;
  const query = `grant_type=ig_exchange_token&client_secret=${secret}&access_token=${short}`;
  return (await call('GET', `graph:/access_token?${query}`)).body.access_token;
}

const refresh = (token: string) =>
  call('GET', `graph:/refresh_access_token?grant_type=ig_refresh_token&access_token=${token}`);

test('consent comes back with a code and the tail that is not part of it', async () => {
  const query = new URLSearchParams({
    client_id: instagramEmulator.client.id,
    redirect_uri: 'https://me.example/cb',
    scope: SCOPES.join(','),
    state: 's',
  });
  const answer = await fetch(`${served.hosts['www']}/oauth/authorize?${query.toString()}`, {
    method: 'POST',
    body: new URLSearchParams({ decision: 'allow', account: ACCOUNT }),
    redirect: 'manual',
  });
  expect(answer.headers.get('location')).toMatch(/code=[\w-]+&state=s#_$/);
});

test('the first token lives an hour and names the app-scoped id; the second lives sixty days', async () => {
  const short = (await shortToken()).body.data[0];
  expect(short).toMatchObject({ user_id: '26408173995512301', permissions: SCOPES.join(',') });
  const me = await call('GET', 'graph:/v25.0/me?fields=user_id', short?.access_token);
  expect(me.body).toEqual({ user_id: ACCOUNT, id: '26408173995512301' });
  const long = await longToken();
  clock.now = new Date(clock.now.getTime() + HOUR_MS);
  expect((await call('GET', 'graph:/v25.0/me', short?.access_token)).body.error.code).toBe(190);
  clock.now = new Date(clock.now.getTime() + 59 * DAY_MS);
  expect((await call('GET', 'graph:/v25.0/me', long)).status).toBe(200);
  clock.now = new Date(clock.now.getTime() + DAY_MS);
  expect((await call('GET', 'graph:/v25.0/me', long)).body.error.code).toBe(190);
});

test('a token renews itself from its first day to its last, and never after', async () => {
  const token = await longToken();
  clock.now = new Date(clock.now.getTime() + DAY_MS - 1000);
  expect((await refresh(token)).body.error.code).toBe(100);
  clock.now = new Date(clock.now.getTime() + 1000);
  const fresh = await refresh(token);
  expect(fresh.body).toMatchObject({ expires_in: 5_184_000, permissions: SCOPES.join(',') });
  clock.now = new Date(clock.now.getTime() + 59 * DAY_MS);
  expect((await refresh(token)).body.error).toMatchObject({ code: 190, error_subcode: 463 });
  expect((await refresh(fresh.body.access_token)).status).toBe(200);
});

test('media run newest first, between since and until, a page at a time; cursors stand on the last page too', async () => {
  const token = await longToken();
  const at = (query: string) =>
    call('GET', `graph:/v25.0/${ACCOUNT}/media?fields=id,timestamp&${query}`, token);
  const first = (await at('limit=40')).body;
  expect(first.data).toHaveLength(40);
  expect(first.paging.next).toContain(`after=${first.paging.cursors.after}`);
  const last = (await at(`limit=40&after=${first.paging.cursors.after}`)).body;
  expect(last.data).toHaveLength(20);
  expect(last.paging.cursors.after).toMatch(/./);
  expect(last.paging.next).toBeUndefined();
  const all = [...first.data, ...last.data] as unknown as { timestamp: string }[];
  const times = all.map((one) => Date.parse(one.timestamp.replace('+0000', 'Z')) / 1000);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  const inside = (await at(`limit=100&since=${times[30]}&until=${times[10]}`)).body.data;
  expect(inside).toHaveLength(21);
});

test('an edge expands below its object, with a cursor of its own', async () => {
  const token = await longToken();
  const viral = instagramEmulator.collections[0]?.idOf(3) ?? '';
  const { body } = await call(
    'GET',
    'graph:/v25.0/me/media?limit=100&fields=id,comments.limit(50){id,text}',
    token,
  );
  const edge = body.data.find((one) => one.id === viral)?.comments;
  expect(edge?.data).toHaveLength(50);
  const rest = `graph:/v25.0/${viral}/comments?limit=50&after=${edge?.paging.cursors.after}`;
  const more = (await call('GET', rest, token)).body;
  expect(more.data).toHaveLength(50);
  expect(more.data.some((one) => edge?.data.some((other) => other.id === one.id))).toBe(false);
  expect(parseFields('id,comments.limit(5).after(x){id,from{id}},caption')).toMatchObject([
    { name: 'id' },
    { name: 'comments', args: { limit: '5', after: 'x' }, below: [{ name: 'id' }, { name: 'from' }] },
    { name: 'caption' },
  ]);
});

test('a permission that was not given refuses with 10; another account’s object is not there', async () => {
  const token = await longToken([SCOPES[0] ?? '']);
  const viral = instagramEmulator.collections[0]?.idOf(3) ?? '';
  const refused = await call('GET', `graph:/v25.0/${viral}/comments`, token);
  expect([refused.status, refused.body.error.code]).toEqual([403, 10]);
  expect((await call('GET', 'graph:/v25.0/17841447120933865/media', token)).body.error).toMatchObject({
    code: 100,
    error_subcode: 33,
  });
});

test('publishing takes a container and its publication, once, and counts against the day', async () => {
  const token = await longToken();
  const post = (tail: string, form: Record<string, string>) =>
    call('POST', `graph:/v25.0/me/${tail}`, token, form);
  expect((await post('media', { caption: 'no picture' })).status).toBe(400);
  const container = (await post('media', { image_url: 'https://pics.example/1.jpg', caption: 'Bolo' })).body
    .id;
  const made = (await post('media_publish', { creation_id: container })).body.id;
  expect((await call('GET', `graph:/v25.0/${made}?fields=caption`, token)).body).toEqual({
    id: made,
    caption: 'Bolo',
  });
  expect((await post('media_publish', { creation_id: container })).status).toBe(400);
  const limit = await call('GET', 'graph:/v25.0/me/content_publishing_limit', token);
  expect(limit.body.data[0]?.quota_usage).toBe(1);
  expect((await call('DELETE', `graph:/v25.0/${made}`, token)).status).toBe(400);
});

test('a reply hangs on its comment and stands in no list under the post; its webhook names its parent', async () => {
  const token = await longToken();
  const under = instagramEmulator.collections[1]?.idOf(0) ?? '';
  const viral = instagramEmulator.collections[0]?.idOf(3) ?? '';
  served.emulator.setTarget({ url: 'https://hooks.example.com/in' });
  const { id } = (await call('POST', `graph:/v25.0/${under}/replies`, token, { message: 'Obrigada!' })).body;
  const { body } = await call('GET', `graph:/v25.0/${viral}/comments?limit=50`, token);
  expect(body.data.some((one) => one.id === id)).toBe(false);
  expect(served.emulator.sent.at(-1)?.body).toContain(`"parent_id":"${under}"`);
});

test('an account subscribes to known fields only', async () => {
  const token = await longToken();
  const path = 'graph:/v25.0/me/subscribed_apps';
  expect((await call('POST', `${path}?subscribed_fields=comments,weather`, token)).status).toBe(400);
  expect((await call('POST', `${path}?subscribed_fields=comments,messages`, token)).status).toBe(200);
  expect((await call('GET', path, token)).body.data).toEqual([
    { subscribed_fields: ['comments', 'messages'] },
  ]);
  await call('DELETE', path, token);
  expect((await call('GET', path, token)).body.data).toEqual([]);
});
