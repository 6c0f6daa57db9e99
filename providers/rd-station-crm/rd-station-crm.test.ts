import { describe, expect, test } from 'vitest';
import { buildRequest, callProvider, httpResponse } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { http } from '../kit/conformance/stage.ts';
import { serveEmulator } from '../kit/emulator/index.ts';
import { rdStationCrmEmulator } from './emulator/index.ts';
import { rdStationCrm } from './index.ts';

const ID = '60000000aabbccdd00112233';

describe('conformance', () => {
  const checks = providerConformance({
    provider: rdStationCrm,
    emulator: rdStationCrmEmulator,
    samples: {
      contacts: {
        create: {
          name: 'Iara Prado',
          emails: ['iara@prado.example', 'i@prado.example'],
          job_title: 'Founder',
        },
        update: { job_title: 'CEO', phones: [{ phone: '11987654321', type: 'mobile' }] },
        invalid: { name: '' },
      },
      organizations: {
        create: { name: 'Prado Azulejos', url: 'https://prado.example' },
        update: { description: 'Azulejos', address: { city: 'Olinda' } },
        invalid: { name: '' },
      },
      deals: {
        create: { name: 'Prado – projeto', status: 'ongoing', one_time_price: 1200, contact_ids: [ID] },
        update: { status: 'won', rating: 5 },
        invalid: { status: 'ongoing' },
      },
      tasks: {
        create: { name: 'Ligar', deal_id: ID, type: 'call' },
        update: { status: 'completed', owner_ids: [ID] },
        invalid: { name: 'Ligar' },
      },
      products: {
        create: { name: 'Licença', price: 99.5, visible: true },
        update: { visible: false },
        invalid: { name: 'Licença' },
      },
    },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

async function served(counts: Record<string, number>, clock = { now: new Date('2026-11-20T12:00:00Z') }) {
  const one = await serveEmulator(rdStationCrmEmulator, {
    seed: 5,
    counts,
    now: () => clock.now,
    enforceLimits: false,
  });
  const { tokens } = one.emulator.world;
  const [account] = rdStationCrmEmulator.accounts;
  const grant = {
    clientId: rdStationCrmEmulator.client.id,
    accountId: account.id,
    scopes: [],
    redirectUri: 'https://me.example/cb',
  };
  const pair = tokens.redeemCode({ ...grant, code: tokens.issueCode(grant) });
  if (typeof pair === 'string') throw new Error(pair);
  const credential = {
    kind: 'oauth2' as const,
    tokens: { accessToken: pair.accessToken, refreshToken: pair.refreshToken, tokenType: 'Bearer' },
  };
  const { id, secret } = rdStationCrmEmulator.client;
  const ctx = { hosts: one.hosts, http, now: () => clock.now, credential, client: { id, secret } };
  return { ...one, clock, ctx, accountId: account.id };
}

describe('lists', () => {
  const { contacts, tasks } = rdStationCrm.resources;

  test('past the 10,000 that can be listed, another window goes on, and none is missed', async () => {
    const stage = await served({ contacts: 10_450 });
    try {
      const seen = new Set<string>();
      let cursor: string | undefined;
      let pages = 0;
      do {
        const spec = contacts.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
        const page = contacts.readPage(await callProvider(rdStationCrm, stage.ctx, spec));
        for (const raw of page.records) seen.add(contacts.idOf(raw));
        cursor = page.next;
        pages++;
      } while (cursor !== undefined && pages < 100);
      expect(seen.size).toBe(10_450);
      expect(pages).toBeLessThan(56);
    } finally {
      await stage.close();
    }
  });

  test('what cannot be read in windows is refused past its reach, never cut off', () => {
    const next = 'https://api.rd.services/crm/v2/tasks?page%5Bnumber%5D=51&page%5Bsize%5D=200';
    const body = JSON.stringify({ data: [], links: { next } });
    expect(() => tasks.readPage(httpResponse(200, {}, body))).toThrow(/no more than 10000/);
    const dangling = JSON.stringify({ data: [], has_more: true });
    expect(() => tasks.readPage(httpResponse(200, {}, dangling))).toThrow(/no link/);
  });

  test('a full page without a link is looked behind, since the list may have ended at its reach', () => {
    const record = (second: number) => ({
      id: String(second),
      created_at: new Date(second * 1000).toISOString(),
    });
    const page = (count: number) => {
      const data = Array.from({ length: count }, (_, at) => record(at));
      return contacts.readPage(httpResponse(200, {}, JSON.stringify({ data, links: { next: null } })));
    };
    expect(page(199).next).toBeUndefined();
    expect(new URLSearchParams(page(200).next).get('from')).toBe('1970-01-01T00:03:19.000Z');
    expect(page(0)).toEqual({ records: [] });
  });

  test('a link past the reach begins another window, early enough for any clock, and never the same again', () => {
    const page = (link: Record<string, string>, lastAt: string) => {
      const next = `https://api.rd.services/crm/v2/contacts?${new URLSearchParams(link).toString()}`;
      const data = [{ id: '1', created_at: lastAt }];
      return contacts.readPage(httpResponse(200, {}, JSON.stringify({ data, links: { next } }))).next;
    };
    const sorted = { 'page[number]': '51', 'sort[created_at]': 'asc' };
    const within = { ...sorted, filter: 'created_at:>="2026-01-01 00:00:00"' };
    const from = (next: string | undefined) => new URLSearchParams(next).get('from');
    expect(from(page(sorted, '2026-01-02T12:00:00Z'))).toBe('2026-01-02T06:00:00.000Z');
    expect(from(page(within, '2026-01-02T12:00:00Z'))).toBe('2026-01-02T06:00:00.000Z');
    expect(from(page(within, '2026-01-01T03:00:00Z'))).toBe('2026-01-01T03:00:00.000Z');
    expect(() => page(within, '2026-01-01T00:00:00.400Z')).toThrow(/in one second/);
    expect(() => page({ 'page[number]': '51' }, '2026-01-02T12:00:00Z')).toThrow(/no more than/);
    expect(page({ ...within, 'page[number]': '2' }, '2026-01-02T12:00:00Z')).toBe(
      'page=2&from=2026-01-01T00%3A00%3A00.000Z',
    );
  });

  test('a changed contact is asked for by RDQL, six hours early, in the order of creation', () => {
    const { incremental } = contacts;
    expect(incremental?.lookBackMs).toBe(6 * 3_600_000);
    const spec = incremental?.request({ since: new Date('2026-01-01T00:00:00.900Z'), limit: 200 });
    expect(spec?.query).toMatchObject({
      filter: 'updated_at:>="2026-01-01 00:00:00"',
      'sort[created_at]': 'asc',
    });
  });
});

describe('tokens', () => {
  test('a refresh ends the token it was given, and the new one dies fourteen days unused', async () => {
    const stage = await served({});
    try {
      const { auth } = rdStationCrm;
      const ctx = { ...stage.ctx, tokens: stage.ctx.credential.tokens };
      const fresh = await auth.refresh(ctx);
      expect(fresh.refreshToken).not.toBe(ctx.tokens.refreshToken);
      expect(fresh.refreshExpiresAt).toEqual(new Date('2026-12-04T12:00:00Z'));
      await expect(auth.refresh(ctx)).rejects.toMatchObject({ problem: { kind: 'revoked' } });
      stage.clock.now = new Date('2026-12-04T12:00:01Z');
      await expect(auth.refresh({ ...ctx, tokens: fresh })).rejects.toMatchObject({
        problem: { kind: 'revoked' },
      });
    } finally {
      await stage.close();
    }
  });
});

describe('verdicts', () => {
  const classify = (status: number, body: unknown) =>
    rdStationCrm.api.classify(httpResponse(status, {}, JSON.stringify(body)), new Date(0));

  test('errors as an object, a list, lists by field and bare words are all read', () => {
    const told = { error_type: 'RESOURCE_NOT_FOUND', error_message: 'gone' };
    for (const errors of [told, [told]])
      expect(classify(404, { errors })).toEqual({
        kind: 'not_found',
        providerCode: 'RESOURCE_NOT_FOUND',
        message: 'gone',
      });
    expect(classify(422, { errors: { name: [{ error_message: 'blank' }] } })).toMatchObject({
      kind: 'invalid',
      providerCode: 'name',
      message: 'name: blank',
    });
    expect(classify(400, { errors: { name: ['blank'] } })).toMatchObject({ message: 'name: blank' });
    expect(classify(400, { message: 'no' })).toMatchObject({ message: 'no' });
    expect(classify(500, []).kind).toBe('provider_error');
  });
});

test('the emulator filters by what the official node filters by, and refuses the rest', async () => {
  const stage = await served({ contacts: 60, deals: 60, users: 3 });
  try {
    const ask = async (path: string, query: Record<string, string>) => {
      const request = buildRequest(stage.hosts, { method: 'GET', url: `api:/crm/v2/${path}`, query });
      const answer = await http(
        rdStationCrm.auth.authenticate(request, stage.ctx.credential, stage.clock.now),
      );
      return { status: answer.status, body: answer.json() as { data: { name: string; status?: string }[] } };
    };
    const won = await ask('deals', { filter: 'status:won', 'page[size]': '200' });
    expect(won.body.data.length).toBeGreaterThan(0);
    expect(won.body.data.every((one) => one.status === 'won')).toBe(true);
    expect((await ask('contacts', {})).body.data).toHaveLength(25);
    const named = await ask('contacts', { filter: 'name:~"a" created_at:>="2025-01-06 00:00:00"' });
    expect(named.body.data.every((one) => one.name.toLowerCase().includes('a'))).toBe(true);
    const refused = [
      { filter: 'shoe:43' },
      { filter: 'updated_at:>=yesterday' },
      { filter: '"' },
      { 'sort[updated_at]': 'asc' },
      { 'page[size]': '201' },
      { 'page[number]': '51', 'page[size]': '200' },
    ];
    for (const query of refused) expect((await ask('contacts', query)).status).toBe(422);
    expect((await ask('tasks', { filter: 'updated_at:>="2026-01-01 00:00:00"' })).status).toBe(422);
  } finally {
    await stage.close();
  }
});
