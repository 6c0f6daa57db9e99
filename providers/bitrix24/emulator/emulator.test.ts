import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildRequest, resolveHosts } from '../../kit/index.ts';
import { http, authorize, consent, REDIRECT_URI } from '../../kit/conformance/stage.ts';
import { serveEmulator } from '../../kit/emulator/index.ts';
import { bitrix24 } from '../index.ts';
import { bitrix24Emulator } from './index.ts';
import { eventOf } from './webhook.ts';
import type { TokenSet } from '../../kit/index.ts';
import type { Stage } from '../../kit/conformance/stage.ts';

const [first, second] = bitrix24Emulator.accounts;
const clock = { now: new Date('2026-11-20T12:00:00Z') };
let served: Awaited<ReturnType<typeof serveEmulator>>;
let stage: Stage;
let tokens: TokenSet;

/** Every answer's parts in one: a test names those it means. */
interface Answer {
  error: string;
  error_description: string;
  next: number;
  total: number;
  time: { operating_reset_at: number };
  result: {
    ID: string;
    STATUS: string;
    item: { id: number; fm: { typeId: string; value: string }[] };
    items: Record<string, unknown>[];
  };
}

beforeEach(async () => {
  clock.now = new Date('2026-11-20T12:00:00Z');
  const counts = { leads: 20, deals: 120, contacts: 20, companies: 20 };
  served = await serveEmulator(bitrix24Emulator, {
    seed: 3,
    counts,
    now: () => clock.now,
    redirectUri: REDIRECT_URI,
  });
  const hosts = resolveHosts(bitrix24.hosts, served.hosts);
  const { id, secret } = bitrix24Emulator.client;
  const oauth = { hosts, http, now: () => clock.now, client: { id, secret } };
  const subject = { provider: bitrix24, emulator: bitrix24Emulator, samples: {} };
  // Enough of a stage to give consent on.
  const partly: Partial<Stage> = { subject, hosts, oauth, emulator: served.emulator };
  stage = partly as Stage;
  tokens = await authorize(stage, bitrix24.auth);
});
afterEach(() => served.close());

async function call(method: string, params: object = {}, using = tokens) {
  const spec = { method: 'POST' as const, url: `rest:/${method}`, json: params };
  const bare = buildRequest(stage.hosts, spec, bitrix24.api.headers);
  const request = bitrix24.auth.authenticate(bare, { kind: 'oauth2', tokens: using }, clock.now);
  const response = await http(request);
  const text = response.text();
  return { response, status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer };
}

describe('tokens', () => {
  test('the callback names portal and rights, the token reply the portal’s REST address and not its domain', async () => {
    const { params } = await consent(stage, bitrix24.auth);
    expect(params).toMatchObject({ domain: first.detail, member_id: first.id, scope: 'crm' });
    expect(tokens.extra).toMatchObject({
      member_id: first.id,
      domain: 'oauth.bitrix.info',
      portal: first.detail,
    });
    expect(tokens.extra?.['client_endpoint']).toBe(`${served.hosts['rest']}/${first.detail}/rest/`);
    expect(tokens.refreshExpiresAt?.getTime()).toBe(clock.now.getTime() + 180 * 24 * 3_600_000);
  });

  test('a refresh token works once, and its successor works on', async () => {
    const fresh = await bitrix24.auth.refresh({ ...stage.oauth, tokens });
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken);
    expect(fresh.extra).toMatchObject({ portal: first.detail, user_id: 1 });
    await expect(bitrix24.auth.refresh({ ...stage.oauth, tokens })).rejects.toMatchObject({
      kind: 'revoked',
    });
    await expect(bitrix24.auth.refresh({ ...stage.oauth, tokens: fresh })).resolves.toBeDefined();
  });

  test('a code is dead after thirty seconds', async () => {
    const { code = '' } = await consent(stage, bitrix24.auth);
    clock.now = new Date(clock.now.getTime() + 30_001);
    const late = bitrix24.auth.exchangeCode({ ...stage.oauth, code, redirectUri: REDIRECT_URI });
    await expect(late).rejects.toMatchObject({ kind: 'revoked' });
  });

  test('a renamed portal answers its old address with a 302, and the next token reply leads on', async () => {
    const client_endpoint = `${served.hosts['rest']}/old.bitrix24.example/rest/`;
    const old = { ...tokens, extra: { ...tokens.extra, client_endpoint } };
    const { response, status } = await call('profile', {}, old);
    expect([status, bitrix24.api.classify(response, clock.now).kind]).toEqual([302, 'auth_expired']);
    const fresh = await bitrix24.auth.refresh({ ...stage.oauth, tokens: old });
    expect((await call('profile', {}, fresh)).body.result.ID).toBe('1');
  });

  test('each portal has its own records, and the central server tells of the app', async () => {
    const others = await authorize(stage, bitrix24.auth, 1);
    const titles = async (using: TokenSet) =>
      (await call('crm.item.list', { entityTypeId: 2 }, using)).body.result.items.map((one) => one['title']);
    expect(await titles(others)).not.toEqual(await titles(tokens));
    expect(others.extra?.['member_id']).toBe(second?.id);
    const info = await fetch(`${served.hosts['rest']}/app.info?auth=${tokens.accessToken}`);
    expect(((await info.json()) as Answer).result.STATUS).toBe('L');
    expect(served.emulator.log.at(-1)?.query).toBe('auth=…');
  });

  test('no token, and a method nobody knows, are told apart', async () => {
    const nobody = await call('profile', {}, { ...tokens, accessToken: 'x' });
    expect([nobody.status, nobody.body.error]).toEqual([401, 'NO_AUTH_FOUND']);
    const unknown = await call('crm.no.such');
    expect([unknown.status, unknown.body.error]).toEqual([404, 'ERROR_METHOD_NOT_FOUND']);
  });
});

test('the bucket bears fifty at once, then two a second, of each portal apart', async () => {
  const status = async () => (await call('profile')).status;
  for (let sent = 0; sent < 50; sent++) expect(await status()).toBe(200);
  expect(await status()).toBe(503);
  const others = await authorize(stage, bitrix24.auth, 1);
  expect((await call('profile', {}, others)).status).toBe(200);
  clock.now = new Date(clock.now.getTime() + 1000);
  expect([await status(), await status(), await status()]).toEqual([200, 200, 503]);
});

describe('items', () => {
  const deals = { entityTypeId: 2 };

  test('pages are of fifty with the next offset, and start -1 counts nothing', async () => {
    const page = (await call('crm.item.list', { ...deals, start: 50 })).body;
    expect([page.result.items.length, page.next, page.total]).toEqual([50, 100, 120]);
    const last = (await call('crm.item.list', { ...deals, start: 100 })).body;
    expect([last.result.items.length, last.next]).toEqual([20, undefined]);
    const bare = (await call('crm.item.list', { ...deals, start: -1 })).body;
    expect([bare.result.items.length, bare.next, bare.total]).toEqual([50, undefined, undefined]);
    expect(bare.time.operating_reset_at).toBeGreaterThan(clock.now.getTime() / 1000);
  });

  test('filters and orders that make no sense are refused by name', async () => {
    const refused = async (params: object) => (await call('crm.item.list', { ...deals, ...params })).body;
    expect((await refused({ filter: { FIELD: 1 } })).error_description).toContain("'FIELD' is not allowed");
    expect((await refused({ filter: { '>=updatedTime': 'soon' } })).error).toBe('INVALID_ARG_VALUE');
    expect((await refused({ order: { id: 'up' } })).error_description).toContain('sort directions');
    expect((await call('crm.item.list', { entityTypeId: 999 })).body.error).toBe('NOT_FOUND');
  });

  test('an update adds to the ways of contact, a selection leaves them out, unknown fields are ignored', async () => {
    const fm = [{ typeId: 'EMAIL', valueType: 'WORK', value: 'a@x.example' }];
    const contacts = { entityTypeId: 3 };
    const made = (await call('crm.item.add', { ...contacts, fields: { name: 'Iara', odd: 1, fm } })).body
      .result.item;
    const more = [{ typeId: 'EMAIL', valueType: 'HOME', value: 'b@x.example' }];
    const updated = await call('crm.item.update', { ...contacts, id: made.id, fields: { fm: more } });
    expect(updated.body.result.item.fm.map((one) => one.value)).toEqual(['a@x.example', 'b@x.example']);
    const selected = await call('crm.item.list', { ...contacts, select: ['id', 'fm'] });
    expect(Object.keys(selected.body.result.items[0] ?? {})).toEqual(['id']);
  });
});

test('an uninstallation verifies with the portal’s token and is a withdrawal', () => {
  const sent = eventOf(served.emulator.world, first.id, 'ONAPPUNINSTALL', { 'data[CLEAN]': '1' });
  const rawBody = Buffer.from(sent?.body ?? '');
  const { webhooks } = bitrix24;
  const secret = '51856fefc120afa4b628cc82d3935cce';
  const input = { method: 'POST', url: 'https://me.example', headers: {}, rawBody, secret, now: clock.now };
  expect(webhooks.verify(input)).toEqual({ ok: true });
  expect(webhooks.withdrawals?.(rawBody)).toMatchObject([{ accountId: first.id }]);
});
