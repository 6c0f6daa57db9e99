import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveEmulator } from '../../kit/emulator/index.ts';
import { tiktokEmulator } from './index.ts';

const ACCOUNT = tiktokEmulator.accounts[0].id;
const DAY_MS = 24 * 3_600_000;
const SCOPES = ['user.info.basic', 'video.list', 'video.publish'];

const clock = { now: new Date('2026-11-20T12:00:00Z') };
let served: Awaited<ReturnType<typeof serveEmulator>>;

/** Every answer's parts in one: a test names those it means. */
interface Answer {
  access_token: string;
  refresh_token: string;
  data: {
    user: Record<string, unknown>;
    videos: { id: string; create_time: number }[];
    cursor: number;
    has_more: boolean;
    publish_id: string;
    publicaly_available_post_id: string[];
  };
  error: { code: string; log_id: string };
}

beforeEach(async () => {
  clock.now = new Date('2026-11-20T12:00:00Z');
  served = await serveEmulator(tiktokEmulator, { seed: 3, counts: { videos: 45 }, now: () => clock.now });
});

afterEach(() => served.close());

const advance = (ms: number) => void (clock.now = new Date(clock.now.getTime() + ms));

async function form(path: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
  const { id, secret } = tiktokEmulator.client;
  const response = await fetch(`${served.hosts['api']}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ client_key: id, client_secret: secret, ...fields }),
  });
  return { status: response.status, text: await response.text() };
}

const token = async (fields: Record<string, string>) =>
  JSON.parse((await form('/v2/oauth/token/', fields)).text) as Answer & Record<string, unknown>;

function connect(scopes = SCOPES) {
  const redirectUri = 'https://me.example/cb';
  const { id: clientId } = tiktokEmulator.client;
  const code = served.emulator.world.tokens.issueCode({ clientId, accountId: ACCOUNT, scopes, redirectUri });
  return token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
}

async function call(bearer: string, path: string, body?: unknown) {
  const response = await fetch(`${served.hosts['api']}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, ...((await response.json()) as Answer) };
}

const info = (bearer: string, fields = 'open_id') => call(bearer, `/v2/user/info/?fields=${fields}`);
const refresh = (refreshToken: string) => token({ grant_type: 'refresh_token', refresh_token: refreshToken });

test('a code gives two hours of access, and 180 days to refresh', async () => {
  const first = await connect();
  expect(first).toMatchObject({
    expires_in: 7200,
    refresh_expires_in: 15_552_000,
    open_id: ACCOUNT,
    scope: SCOPES.join(','),
    token_type: 'Bearer',
  });
  advance(7_200_000);
  expect((await info(first.access_token)).error.code).toBe('access_token_invalid');
  advance(179 * DAY_MS);
  const second = await refresh(first.refresh_token);
  expect((await info(second.access_token)).data.user['open_id']).toBe(ACCOUNT);
  advance(180 * DAY_MS);
  expect(await refresh(second.refresh_token)).toMatchObject({ error: 'invalid_grant' });
});

test('a refresh spends its refresh token: a second use gives nothing, the new one goes on', async () => {
  const first = await connect();
  const second = await refresh(first.refresh_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(await refresh(first.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  expect((await refresh(second.refresh_token)).access_token).toMatch(/./);
});

test('OAuth errors have their own envelope and wear a 200', async () => {
  const { status, text } = await form('/v2/oauth/token/', { client_secret: 'wrong' });
  expect([status, JSON.parse(text)]).toEqual([
    200,
    {
      error: 'invalid_client',
      error_description: 'Client key or secret is incorrect.',
      log_id: expect.any(String) as string,
    },
  ]);
  expect(await token({ grant_type: 'password' })).toMatchObject({ error: 'unsupported_grant_type' });
});

test('revocation by access token, lapsed or not, ends the refresh token too, with an empty answer', async () => {
  const { access_token: access, refresh_token: again } = await connect();
  advance(7_200_000);
  expect(await form('/v2/oauth/revoke/', { token: access })).toEqual({ status: 200, text: '' });
  expect(await refresh(again)).toMatchObject({ error: 'invalid_grant' });
});

test('fields must be asked for, must exist, and need their scope', async () => {
  const { access_token: access } = await connect();
  expect(await info(access, '')).toMatchObject({ status: 400, error: { code: 'invalid_params' } });
  expect((await info(access, 'shoe_size')).error.code).toBe('invalid_params');
  expect(await info(access, 'open_id,follower_count')).toMatchObject({
    status: 200,
    error: { code: 'scope_permission_missed' },
  });
  const { access_token: narrow } = await connect(['user.info.basic']);
  expect(await call(narrow, '/v2/video/list/?fields=id', {})).toMatchObject({
    status: 401,
    error: { code: 'scope_not_authorized' },
  });
});

test('videos run newest first, ten by default and twenty at the most, before the cursor’s time', async () => {
  const { access_token: access } = await connect();
  const list = (body: unknown) => call(access, '/v2/video/list/?fields=id,create_time', body);
  const first = (await list({})).data;
  expect([first.videos.length, first.has_more]).toEqual([10, true]);
  const times = first.videos.map((one) => one.create_time);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(first.cursor).toBe((times.at(-1) ?? 0) * 1000);
  const next = (await list({ max_count: 20, cursor: first.cursor })).data;
  expect(next.videos[0]?.create_time).toBeLessThan(times.at(-1) ?? 0);
  const last = (await list({ max_count: 20, cursor: next.cursor })).data;
  expect([last.videos.length, last.has_more]).toEqual([15, false]);
  expect((await list({ max_count: 21 })).error.code).toBe('invalid_params');
});

test('each endpoint has a minute of its own: the list’s does not use up the query’s', async () => {
  const { access_token: access } = await connect();
  const list = () => call(access, '/v2/video/list/?fields=id', { max_count: 1 });
  for (let sent = 0; sent < 600; sent++)
    served.emulator.world.limits.take(`${tiktokEmulator.client.id}/v2/video/list/`, 600, 60_000);
  expect(await list()).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } });
  const filters = { video_ids: [tiktokEmulator.collections[0]?.idOf(4), '1'] };
  const query = await call(access, '/v2/video/query/?fields=id', { filters });
  expect(query.data).toEqual({ videos: [{ id: filters.video_ids[0] }] });
  advance(60_000);
  expect((await list()).status).toBe(200);
});

test('a public post becomes a video and is told of; a private one does not', async () => {
  const { access_token: access } = await connect();
  served.emulator.setTarget({ url: 'https://hooks.example.com/in' });
  const post = (privacy_level: string) =>
    call(access, '/v2/post/publish/video/init/', {
      post_info: { title: 'Bolo de laranja', privacy_level },
      source_info: { source: 'PULL_FROM_URL', video_url: 'https://pics.example/1.mp4' },
    });
  const stateOf = async (publish_id: string) =>
    (await call(access, '/v2/post/publish/status/fetch/', { publish_id })).data;
  const hidden = await post('SELF_ONLY');
  expect(await stateOf(hidden.data.publish_id)).toMatchObject({
    status: 'PUBLISH_COMPLETE',
    publicaly_available_post_id: [],
  });
  expect(served.emulator.sent).toHaveLength(0);
  const shown = await post('PUBLIC_TO_EVERYONE');
  const [id] = (await stateOf(shown.data.publish_id)).publicaly_available_post_id;
  expect((await call(access, '/v2/video/list/?fields=id', {})).data.videos[0]?.id).toBe(id);
  expect(served.emulator.sent[0]?.body).toContain(id);
  expect((await post('FRIENDS')).error.code).toBe('invalid_params');
  expect((await call(access, '/v2/post/publish/inbox/video/init/', {})).error.code).toBe(
    'scope_not_authorized',
  );
});
