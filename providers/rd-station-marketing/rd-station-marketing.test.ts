import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildRequest, httpResponse } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { http } from '../kit/conformance/stage.ts';
import { serveEmulator } from '../kit/emulator/index.ts';
import { rdStationMarketingEmulator } from './emulator/index.ts';
import { rdStationMarketing } from './index.ts';
import type { HttpRequestSpec, TokenSet } from '../kit/index.ts';

const granted = { category: 'communications', type: 'consent', status: 'granted' };
const other = { category: 'another', type: 'consent', status: 'granted' };
const basesOf = ({ fields }: { fields: Readonly<Record<string, string>> }) =>
  JSON.parse(fields['legal_bases'] ?? '[]') as Record<string, string>[];

describe('conformance', () => {
  const checks = providerConformance({
    provider: rdStationMarketing,
    emulator: rdStationMarketingEmulator,
    samples: {
      contacts: {
        create: {
          name: 'Iara Prado',
          email: 'iara@prado.example',
          tags: ['cliente'],
          custom_fields: { cf_porte: 'média' },
        },
        update: { email: 'iara.prado@prado.example', city: 'Olinda' },
        invalid: { email: 'no address' },
      },
    },
    told: { collection: 'contacts', fields: (value) => ({ last_conversion: value }) },
    withdrawal: {
      field: 'legal_bases',
      granted: { legal_bases: JSON.stringify([granted, other]) },
      persons: ({ id, fields }) => [{ externalId: id }, { email: fields['email'] ?? '' }],
      unknown: [{ externalId: 'nobody' }, { email: 'nobody@nowhere.example' }],
      isDeclined: (record) =>
        basesOf(record).some(
          ({ category, status }) => category === 'communications' && status === 'declined',
        ),
      keepsOthers: (record) => basesOf(record).some((base) => base['category'] === other.category),
    },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

const clock = { now: new Date() };
let served: Awaited<ReturnType<typeof serveEmulator>>;
let tokens: TokenSet;
let sent: string[];

beforeEach(async () => {
  clock.now = new Date('2026-11-20T12:00:00Z');
  sent = [];
  served = await serveEmulator(rdStationMarketingEmulator, {
    seed: 5,
    counts: { contacts: 30 },
    now: () => clock.now,
    send: (_url, { body }) => {
      sent.push(body);
      return Promise.resolve(200);
    },
  });
  const { tokens: store } = served.emulator.world;
  const [account] = rdStationMarketingEmulator.accounts;
  const grant = {
    clientId: rdStationMarketingEmulator.client.id,
    accountId: account.id,
    scopes: [],
    redirectUri: 'https://me.example/cb',
  };
  const pair = store.redeemCode({ code: store.issueCode(grant), clientId: grant.clientId });
  if (typeof pair === 'string') throw new Error(pair);
  tokens = { accessToken: pair.accessToken, refreshToken: pair.refreshToken, tokenType: 'Bearer' };
});
afterEach(() => served.close());

const call = async (spec: HttpRequestSpec) => {
  const request = buildRequest(served.hosts, spec);
  const response = await http(
    rdStationMarketing.auth.authenticate(request, { kind: 'oauth2', tokens }, clock.now),
  );
  return { response, verdict: rdStationMarketing.api.classify(response, clock.now) };
};

test('the dialog and the token endpoint see what they know, and nothing else', async () => {
  const { auth } = rdStationMarketing;
  const { id, secret } = rdStationMarketingEmulator.client;
  const client = { id, secret };
  const url = auth.authorizationUrl({
    hosts: rdStationMarketing.hosts,
    client,
    redirectUri: 'https://me.example/cb',
    state: 's',
  });
  expect(url).toBe(
    `https://api.rd.services/auth/dialog?client_id=${id}&redirect_url=https%3A%2F%2Fme.example%2Fcb&state=s`,
  );
  let body = '';
  const spy: typeof http = (request) => {
    body = String(request.body);
    return Promise.resolve(
      httpResponse(200, {}, '{"access_token":"a","expires_in":86400,"refresh_token":"r"}'),
    );
  };
  const ctx = { hosts: rdStationMarketing.hosts, http: spy, now: () => clock.now, client };
  const got = await auth.exchangeCode({ ...ctx, code: 'c', redirectUri: 'https://me.example/cb' });
  expect(JSON.parse(body)).toEqual({ client_id: id, client_secret: secret, code: 'c' });
  expect(got.expiresAt).toEqual(new Date('2026-11-21T12:00:00Z'));
  await auth.refresh({ ...ctx, tokens: got });
  expect(JSON.parse(body)).toEqual({ client_id: id, client_secret: secret, refresh_token: 'r' });
});

test('an expired access token is renewed to revoke it, and then neither works', async () => {
  const { id, secret } = rdStationMarketingEmulator.client;
  const ctx = { hosts: served.hosts, http, now: () => clock.now, client: { id, secret }, tokens };
  clock.now = new Date('2026-11-22T12:00:00Z');
  await rdStationMarketing.auth.revoke(ctx);
  await expect(rdStationMarketing.auth.refresh(ctx)).rejects.toMatchObject({ problem: { kind: 'revoked' } });
  expect(served.emulator.world.tokens.list().every((grant) => grant.revokedAt !== undefined)).toBe(true);
});

test('an expired token is told apart in a header', async () => {
  clock.now = new Date('2026-11-22T12:00:00Z');
  const { response, verdict } = await call(rdStationMarketing.test);
  expect(verdict.kind).toBe('auth_expired');
  expect(response.headers['www-authenticate']).toContain('error="expired_token"');
});

test('the twenty-fifth change of a contact in a day waits for the first to be a day old', async () => {
  const id = served.emulator.world.records.all('Northwind Atelier', 'contacts')[0]?.id ?? '';
  const patch = (city: string) =>
    call(rdStationMarketing.resources.contacts.update?.request(id, { city }) ?? rdStationMarketing.test);
  for (let change = 0; change < 24; change++) expect((await patch(`City ${change}`)).verdict.kind).toBe('ok');
  expect((await patch('One more')).verdict).toMatchObject({ kind: 'rate_limited', retryAfterMs: 86_400_000 });
});

test('a contact found by its e-mail is not told it again, and is made when it is not there', async () => {
  const json = { email: 'a@b.example', city: 'Olinda' };
  const url = 'api:/platform/contacts/email:a@b.example';
  const twice = await call({ method: 'PATCH', url, json });
  expect(twice.verdict).toMatchObject({ kind: 'invalid', providerCode: 'CONFLICTING_FIELD' });
  const made = await call({ method: 'PATCH', url, json: { city: 'Olinda' } });
  expect(made.response.json()).toMatchObject({ email: 'a@b.example', city: 'Olinda' });
  const again = await call({ method: 'POST', url: 'api:/platform/contacts', json });
  expect(again.verdict.kind).toBe('conflict');
});

describe('a withdrawn consent', () => {
  const { consent } = rdStationMarketing;
  const email = 'o/x+1@b.example';
  const read = (bases: unknown) =>
    consent.read(httpResponse(200, {}, JSON.stringify({ uuid: 'c-1', email, legal_bases: bases })), {
      email,
    });
  const declined = { ...granted, status: 'declined' };

  test('is looked for before it is written, and written to the uuid, which never makes a contact', () => {
    expect(consent.find({ email })).toEqual({
      method: 'GET',
      url: 'api:/platform/contacts/email:o%2Fx%2B1%40b.example',
    });
    expect(consent.decline(read([granted, other]), 'communications')).toEqual({
      method: 'PATCH',
      url: 'api:/platform/contacts/uuid:c-1',
      idempotent: true,
      json: { legal_bases: [declined, other] },
    });
  });

  test('declines every base of the category, adds one where there is none, and costs nothing twice', () => {
    const contract = { ...granted, type: 'another_type' };
    const spec = consent.decline(read([declined, contract]), 'communications');
    expect(spec?.json).toEqual({ legal_bases: [declined, { ...contract, status: 'declined' }] });
    for (const none of [undefined, null, []])
      expect(consent.decline(read(none), 'communications')?.json).toEqual({ legal_bases: [declined] });
    expect(consent.decline(read([declined, other]), 'communications')).toBeUndefined();
  });

  test('waits like any change past the 24th of a day, and then arrives', async () => {
    const record = served.emulator.world.records.all('Northwind Atelier', 'contacts')[0]!;
    const update = (city: string) =>
      call(
        rdStationMarketing.resources.contacts.update?.request(record.id, { city }) ?? rdStationMarketing.test,
      );
    for (let change = 0; change < 24; change++) await update(`City ${change}`);
    const decline = async () => {
      const { response } = await call(consent.find({ externalId: record.id })!);
      return call(consent.decline(consent.read(response, { email }), 'communications')!);
    };
    expect((await decline()).verdict).toMatchObject({ kind: 'rate_limited', retryAfterMs: 86_400_000 });
    clock.now = new Date('2026-11-21T11:59:59Z');
    served.emulator.world.records.update('Northwind Atelier', 'contacts', record.id, {});
    clock.now = new Date('2026-11-21T12:00:00Z');
    const { id, secret } = rdStationMarketingEmulator.client;
    const ctx = { hosts: served.hosts, http, now: () => clock.now, client: { id, secret }, tokens };
    tokens = await rdStationMarketing.auth.refresh(ctx);
    expect((await decline()).verdict.kind).toBe('ok');
  });

  test('a base that is none is refused', async () => {
    const id = served.emulator.world.records.all('Northwind Atelier', 'contacts')[0]?.id ?? '';
    const json = { legal_bases: [{ category: 'communications', status: 'no' }] };
    const refused = await call({ method: 'PATCH', url: `api:/platform/contacts/uuid:${id}`, json });
    expect(refused.verdict.kind).toBe('invalid');
  });
});

test('a conversion makes the contact and is told', async () => {
  served.emulator.setTarget({ url: 'https://me.example/in?secret=x' });
  const payload = { conversion_identifier: 'ebook', email: 'new@b.example' };
  const json = { event_type: 'CONVERSION', event_family: 'CDP', payload };
  const { response } = await call({ method: 'POST', url: 'api:/platform/events', json });
  expect(response.json()).toMatchObject({ event_uuid: expect.any(String) as string });
  expect(JSON.parse(sent[0] ?? '{}')).toMatchObject({
    event_type: 'WEBHOOK.CONVERTED',
    event_identifier: 'ebook',
    contact: { email: 'new@b.example' },
  });
  const bare = { event_type: 'CONVERSION', event_family: 'CDP', payload: { email: 'x@b.example' } };
  const refused = await call({ method: 'POST', url: 'api:/platform/events', json: bare });
  expect(refused.verdict).toMatchObject({ kind: 'invalid', providerCode: 'CANNOT_BE_BLANK' });
});

describe('the walk over contacts', () => {
  const { contacts } = rdStationMarketing.resources;
  const page = (body: unknown, cursor?: string) =>
    contacts.readPage(httpResponse(200, {}, JSON.stringify(body)), {
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });

  test('without a standard segmentation every one is walked, to its empty page', () => {
    const listed = page({
      segmentations: [
        { id: 1, name: 'a' },
        { id: 2, name: 'b' },
      ],
    });
    const chosen = page({ segmentations: [] }, listed.next);
    const urls: unknown[] = [];
    let cursor = chosen.next;
    for (const rows of [[{ uuid: 'x' }], [], [{ uuid: 'y' }], []]) {
      urls.push(contacts.list({ limit: 100, ...(cursor === undefined ? {} : { cursor }) }).url);
      cursor = page({ contacts: rows }, cursor).next;
    }
    const at = (id: number) => `api:/platform/segmentations/${id}/contacts`;
    expect(urls).toEqual([at(1), at(1), at(2), at(2)]);
    expect(cursor).toBeUndefined();
  });

  test('an account without segmentations is an error, never an empty account', () => {
    expect(() => page({ segmentations: [] })).toThrow(/no segmentation/);
    expect(() => page({ errors: {} })).toThrow(/no list/);
    expect(() => contacts.readPage(httpResponse(200, {}, '{"segmentations":[]}'))).toThrow(/asked by/);
  });
});
