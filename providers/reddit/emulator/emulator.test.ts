import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveEmulator } from '../../kit/emulator/index.ts';
import { redditEmulator } from './index.ts';

const AGENT = 'server:mortise:1.0.0 (by /u/mortise)';
const REDIRECT_URI = 'https://me.example/cb';
const [account] = redditEmulator.accounts;
const { id, secret } = redditEmulator.client;
const clock = { now: new Date('2026-11-20T12:00:00Z') };
let served: Awaited<ReturnType<typeof serveEmulator>>;
let token: string;

/** Every answer's parts in one: a test names those it means. */
interface Answer {
  error: string | number;
  access_token: string;
  refresh_token: string;
  reason: string;
  fields: string[];
  data: { after: string | null; dist: number; children: { kind: string; data: Record<string, unknown> }[] };
  json: { errors: string[][]; data: { name: string; things: { data: Record<string, unknown> }[] } };
}

beforeEach(async () => {
  clock.now = new Date('2026-11-20T12:00:00Z');
  served = await serveEmulator(redditEmulator, {
    seed: 3,
    counts: { posts: 30, comments: 1200, subreddits: 12 },
    now: () => clock.now,
  });
  token = (await allowed()).body.access_token;
});
afterEach(() => served.close());

async function send(url: string, init: RequestInit & { headers: Record<string, string> }) {
  const response = await fetch(url, init);
  const text = await response.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Answer;
  return { status: response.status, headers: response.headers, text, body };
}

const basic = (pair = `${id}:${secret}`) => `Basic ${Buffer.from(pair).toString('base64')}`;

const www = (path: string, form: Record<string, string>, authorization = basic()) =>
  send(`${served.hosts['www']}${path}`, {
    method: 'POST',
    headers: { authorization, 'user-agent': AGENT },
    body: new URLSearchParams(form),
  });

const api = (path: string, form?: Record<string, string>, agent = AGENT, using = token) =>
  send(`${served.hosts['oauth']}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${using}`, 'user-agent': agent },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });

/** Tokens for a consent given on the screen. */
async function allowed(duration = 'permanent', scope = 'identity read submit edit history') {
  const query = {
    client_id: id,
    response_type: 'code',
    state: 's',
    redirect_uri: REDIRECT_URI,
    duration,
    scope,
  };
  const screen = await fetch(
    `${served.hosts['www']}/api/v1/authorize?${new URLSearchParams(query).toString()}`,
    {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ decision: 'allow', account: account.id }),
    },
  );
  const code = new URL(screen.headers.get('location') ?? '').searchParams.get('code') ?? '';
  return www('/api/v1/access_token', { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI });
}

describe('tokens', () => {
  test('a refresh token comes for a lasting consent only, and stays the same', async () => {
    expect((await allowed('temporary')).body.refresh_token).toBeUndefined();
    const first = (await allowed()).body;
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
    const fresh = (await www('/api/v1/access_token', form)).body;
    expect(fresh.refresh_token).toBe(first.refresh_token);
    expect(fresh.access_token).not.toBe(first.access_token);
  });

  test('a bad code is a 200 with an error, a bad refresh token a bare 400, a bad client a 401', async () => {
    const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: REDIRECT_URI };
    const bad = await www('/api/v1/access_token', code);
    expect([bad.status, bad.body]).toEqual([200, { error: 'invalid_grant' }]);
    const refresh = await www('/api/v1/access_token', { grant_type: 'refresh_token', refresh_token: 'x' });
    expect([refresh.status, refresh.body]).toEqual([400, { error: 400 }]);
    expect((await www('/api/v1/access_token', code, basic(`${id}:wrong`))).status).toBe(401);
  });

  test('a revoked refresh token takes its access tokens with it, and an unknown one is as good as revoked', async () => {
    const { access_token, refresh_token } = (await allowed()).body;
    const revoke = (given: string) => www('/api/v1/revoke_token', { token: given });
    expect([(await revoke('nobody')).status, (await revoke(refresh_token)).text]).toEqual([200, '']);
    const { status, headers } = await api('/api/v1/me', undefined, AGENT, access_token);
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('invalid_token'),
    ]);
  });
});

describe('limits', () => {
  test('a generic User-Agent is throttled with a page, at every door', async () => {
    const generic = await api('/api/v1/me', undefined, 'node');
    expect([generic.status, generic.headers.get('content-type')]).toEqual([
      429,
      expect.stringContaining('html'),
    ]);
    expect(Number(generic.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('windows are ten minutes of the clock, told by header as decimals', async () => {
    clock.now = new Date('2026-11-20T12:04:30Z');
    const { headers } = await api('/api/v1/me');
    const told = ['used', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));
    expect(told).toEqual(['1', '599.0', '330']);
    for (let sent = 1; sent < 600; sent++) await api('/api/v1/me');
    const over = await api('/api/v1/me');
    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '330']);
    clock.now = new Date('2026-11-20T12:10:00Z');
    expect((await api('/api/v1/me')).status).toBe(200);
  });

  test('what was not allowed is refused with its challenge', async () => {
    const { status, headers } = await api('/subreddits/mine/subscriber');
    expect([status, headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('insufficient_scope'),
    ]);
  });
});

describe('things', () => {
  test('a listing is newest first, in wrappings, and ends at a thousand', async () => {
    let [after, seen]: [string | null, number] = ['', 0];
    while (after !== null) {
      const query = new URLSearchParams({ limit: '100', ...(after === '' ? {} : { after }) });
      const { data } = (await api(`/user/${account.name}/comments?${query.toString()}`)).body;
      const times = data.children.map((one) => Number(one.data['created_utc']));
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      expect([data.children[0]?.kind, data.dist]).toEqual(['t1', 100]);
      [after, seen] = [data.after, seen + data.dist];
    }
    expect(seen).toBe(1000);
    expect((await api('/user/nobody_here/comments')).status).toBe(404);
  });

  test('texts come escaped unless raw ones are asked for', async () => {
    const form = { api_type: 'json', thing_id: 't3_abc', text: 'A & B <3' };
    const name = String((await api('/api/comment', form)).body.json.data.things[0]?.data['name']);
    const body = async (more: string) =>
      (await api(`/api/info?id=${name}${more}`)).body.data.children[0]?.data['body'];
    expect([await body(''), await body('&raw_json=1')]).toEqual(['A &amp; B &lt;3', 'A & B <3']);
  });

  test('a refused post is told inside a 200, or by status where validation is asked for', async () => {
    const form = { api_type: 'json', kind: 'self', sr: 'smallbusiness', title: '' };
    const inside = await api('/api/submit', form);
    expect([inside.status, inside.body.json.errors]).toEqual([
      200,
      [['NO_TEXT', 'we need something here', 'title']],
    ]);
    const by = await api('/api/submit', { ...form, validate_on_submit: 'true' });
    expect([by.status, by.body.reason, by.body.fields]).toEqual([400, 'NO_TEXT', ['title']]);
  });

  test('a deletion says nothing, and leaves a place without author and text', async () => {
    const made = await api('/api/submit', {
      kind: 'self',
      sr: 'DIY',
      title: 'T',
      text: 'x',
      api_type: 'json',
    });
    const { name } = made.body.json.data;
    expect((await api('/api/del', { id: name })).text).toBe('{}');
    expect((await api('/api/del', { id: 't3_nothing' })).text).toBe('{}');
    const [left] = (await api(`/api/info?id=${name},t3_nothing`)).body.data.children;
    expect(left?.data).toMatchObject({ author: '[deleted]', selftext: '[deleted]' });
  });

  test('another’s thing and a link cannot be edited', async () => {
    const edit = (thing_id: string) => api('/api/editusertext', { thing_id, text: 'x', api_type: 'json' });
    const link = served.emulator.world.records
      .all(account.id, 'posts')
      .find((one) => one.fields['kind'] === 'link');
    expect([(await edit('t1_another')).status, (await edit(link?.id ?? '')).status]).toEqual([403, 403]);
  });
});
