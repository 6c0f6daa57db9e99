import { afterEach, beforeEach, expect, test } from 'vitest';
import { Emulator, serveEmulator } from '../../kit/emulator/index.ts';
import { hubspotEmulator } from './index.ts';

const clock = { now: new Date('2026-11-20T12:00:00Z') };
const options = { seed: 3, counts: { contacts: 250, companies: 20 }, now: () => clock.now };
let served: Awaited<ReturnType<typeof serveEmulator>>;
let token: string;

/** Every answer's parts in one: a test names those it means. */
interface Answer {
  category: string;
  message: string;
  correlationId: string;
  total: number;
  numErrors: number;
  results: { updatedAt: string; properties: Record<string, string | null> }[];
  paging: { next: { after: string; link: string } };
  errors: { code: string }[];
  properties: Record<string, string>;
}

beforeEach(async () => {
  served = await serveEmulator(hubspotEmulator, options);
  token = tokenFor(['oauth', 'crm.objects.contacts.read', 'crm.objects.contacts.write']);
});

afterEach(() => served.close());

function tokenFor(scopes: string[], accountId = '44810277'): string {
  const { tokens } = served.emulator.world;
  const grant = {
    clientId: hubspotEmulator.client.id,
    accountId,
    scopes,
    redirectUri: 'https://me.example/cb',
  };
  const pair = tokens.redeemCode({ ...grant, code: tokens.issueCode(grant) });
  if (typeof pair === 'string') throw new Error(pair);
  return pair.accessToken;
}

async function call(method: string, path: string, body?: unknown, bearer = token) {
  const response = await fetch(`${served.hosts['api']}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Answer,
  };
}

const form = async (path: string, fields: Record<string, string>) => {
  const { id, secret } = hubspotEmulator.client;
  const response = await fetch(`${served.hosts['api']}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: id, client_secret: secret, ...fields }),
  });
  return (await response.json()) as Record<string, unknown>;
};

test('the same seed gives the same world, another seed another, whatever the count', () => {
  const first = (seed: number, count: number) =>
    new Emulator(hubspotEmulator, { seed, counts: { contacts: count } }).world.records
      .all('44810277', 'contacts')
      .slice(0, 50);
  expect(first(1, 50)).toEqual(first(1, 900));
  expect(first(1, 50)).not.toEqual(first(2, 50));
  const emails = new Emulator(hubspotEmulator, { seed: 1 }).world.records
    .all('44810277', 'contacts')
    .map((one) => one.fields['email']);
  expect(new Set(emails).size).toBe(2400);
});

test('the envelope tells status, message, correlationId and category', async () => {
  const { status, body } = await call('GET', '/crm/v3/objects/contacts/1');
  expect(status).toBe(404);
  expect(body).toMatchObject({ status: 'error', category: 'OBJECT_NOT_FOUND' });
  expect(body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
});

test('a call needs a token, and the scope of its object', async () => {
  expect((await call('GET', '/crm/v3/objects/contacts', undefined, 'nonsense')).body.category).toBe(
    'INVALID_AUTHENTICATION',
  );
  const { status, body } = await call('GET', '/crm/v3/objects/companies');
  expect([status, body.category]).toEqual([403, 'MISSING_SCOPES']);
  expect((await call('GET', '/crm/v3/owners')).status).toBe(403);
});

test('a list page names the next by cursor and link, and shows only default and asked properties', async () => {
  const { body, headers } = await call('GET', '/crm/v3/objects/contacts?limit=100&properties=city,phone');
  expect(body.results).toHaveLength(100);
  expect(Object.keys(body.results[0]?.properties ?? {}).toSorted()).toEqual([
    'city',
    'createdate',
    'email',
    'firstname',
    'hs_object_id',
    'lastmodifieddate',
    'lastname',
    'phone',
  ]);
  const { after, link } = body.paging.next;
  expect(new URL(link).searchParams.get('after')).toBe(after);
  expect(headers.get('x-hubspot-ratelimit-max')).toBe('110');
  expect(headers.get('x-hubspot-ratelimit-remaining')).toBe('109');
  expect((await call('GET', '/crm/v3/objects/contacts?limit=101')).status).toBe(400);
});

test('a search filters by groups, sorts, totals, and reaches no further than 10,000', async () => {
  const search = (body: unknown) => call('POST', '/crm/v3/objects/contacts/search', body);
  const everyone = await search({
    limit: 200,
    sorts: [{ propertyName: 'lastmodifieddate', direction: 'DESCENDING' }],
  });
  const times = everyone.body.results.map((one) => one.updatedAt);
  expect(times).toEqual(times.toSorted().toReversed());
  expect(everyone.body.total).toBe(250);
  const middle = Date.parse(times[100] ?? '');
  const since = { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(middle) };
  expect((await search({ filterGroups: [{ filters: [since] }] })).body.total).toBe(101);
  const one = { propertyName: 'hs_object_id', operator: 'IN', values: ['101', '151'] };
  expect(
    (await search({ filterGroups: [{ filters: [one] }, { filters: [since] }] })).body.total,
  ).toBeGreaterThanOrEqual(101);
  clock.now = new Date(clock.now.getTime() + 2000);
  expect((await search({ after: '9900', limit: 200 })).status).toBe(400);
  expect((await search({ after: '9800', limit: 200 })).status).toBe(200);
  expect(
    (await search({ filterGroups: [{ filters: [{ propertyName: 'x', operator: 'LIKE' }] }] })).status,
  ).toBe(400);
});

test('searches are limited to five a second, apart from everything else', async () => {
  const statuses = [];
  for (let sent = 0; sent < 6; sent++)
    statuses.push((await call('POST', '/crm/v3/objects/contacts/search', {})).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  expect((await call('GET', '/account-info/v3/details')).status).toBe(200);
});

test('two contacts cannot share an address, an unknown property is refused by name', async () => {
  const { body } = await call('GET', '/crm/v3/objects/contacts/101');
  const taken = await call('POST', '/crm/v3/objects/contacts', {
    properties: { email: body.properties['email'] },
  });
  expect([taken.status, taken.body.message]).toEqual([409, 'Contact already exists. Existing ID: 101']);
  const odd = await call('PATCH', '/crm/v3/objects/contacts/101', { properties: { shoe: '43' } });
  expect(odd.body.errors[0]).toMatchObject({
    code: 'PROPERTY_DOESNT_EXIST',
    context: { propertyName: ['shoe'] },
  });
});

test('a batch read tells of what it did not find with 207', async () => {
  const read = (ids: string[]) =>
    call('POST', '/crm/v3/objects/contacts/batch/read', {
      inputs: ids.map((id) => ({ id })),
      properties: ['city'],
    });
  expect((await read(['101', '151'])).status).toBe(200);
  const partial = await read(['101', '7']);
  expect([partial.status, partial.body.results.length, partial.body.numErrors]).toEqual([207, 1, 1]);
});

test('introspection and the v1 look-ups tell the portal; a revoked or unknown token is inactive', async () => {
  const told = await form('/oauth/v3/token/introspect', { token });
  expect(told).toMatchObject({
    active: true,
    hub_id: 44810277,
    hub_domain: 'northwind-atelier.example',
    token_use: 'access_token',
  });
  expect((await call('GET', `/oauth/v1/access-tokens/${token}`)).body).toMatchObject({
    hub_id: 44810277,
    user_id: 70413,
  });
  expect(await form('/oauth/v3/token/introspect', { token: 'nobody’s' })).toEqual({ active: false });
  await call('DELETE', '/appinstalls/v3/external-install');
  expect(await form('/oauth/v3/token/introspect', { token })).toEqual({ active: false });
});

test('the token endpoint says which of client, secret and grant type is wrong', async () => {
  expect(await form('/oauth/v1/token', { client_id: 'x' })).toMatchObject({ status: 'BAD_CLIENT_ID' });
  expect(await form('/oauth/v3/token', { client_secret: 'x' })).toMatchObject({
    status: 'BAD_CLIENT_SECRET',
  });
  expect(await form('/oauth/2026-03/token', { grant_type: 'password' })).toMatchObject({
    status: 'BAD_GRANT_TYPE',
  });
});

test('search knows every operator that its filters name', async () => {
  const { body } = await call('GET', '/crm/v3/objects/contacts/101?properties=city');
  const city = body.properties['city'] ?? '';
  const count = async (filter: Record<string, unknown>) => {
    clock.now = new Date(clock.now.getTime() + 1000);
    const filters = [{ propertyName: 'city', ...filter }];
    return (await call('POST', '/crm/v3/objects/contacts/search', { filterGroups: [{ filters }] })).body
      .total;
  };
  const same = await count({ operator: 'EQ', value: city.toUpperCase() });
  expect(same).toBeGreaterThan(0);
  expect(await count({ operator: 'NEQ', value: city })).toBe(250 - same);
  expect(await count({ operator: 'IN', values: [city] })).toBe(same);
  expect(await count({ operator: 'NOT_IN', values: [city] })).toBe(250 - same);
  expect(await count({ operator: 'HAS_PROPERTY' })).toBe(250);
  expect(await count({ operator: 'NOT_HAS_PROPERTY' })).toBe(0);
  expect(await count({ operator: 'CONTAINS_TOKEN', value: `${city.slice(0, 3)}*` })).toBeGreaterThanOrEqual(
    same,
  );
  const split = [await count({ operator: 'LT', value: city }), await count({ operator: 'GT', value: city })];
  expect((split[0] ?? 0) + (split[1] ?? 0)).toBe(250 - same);
  expect(await count({ operator: 'LTE', value: city })).toBe((split[0] ?? 0) + same);
  expect(await count({ operator: 'BETWEEN', value: city, highValue: city })).toBe(same);
});

test('with the scope, owners are the people of the account', async () => {
  const bearer = tokenFor(['crm.objects.owners.read'], '45120936');
  const { body } = await call('GET', '/crm/v3/owners', undefined, bearer);
  expect(body.results).toMatchObject([{ id: '70988', email: 'otavio@casa-ipe.example' }]);
});

test('deals stand in a pipeline by stage ids that its own list names, and a stage of another is refused', async () => {
  const bearer = tokenFor(['crm.objects.deals.read', 'crm.objects.deals.write']);
  const create = (properties: Record<string, string>) =>
    call('POST', '/crm/v3/objects/deals', { properties }, bearer);
  const { body } = await call('GET', '/crm/v3/pipelines/deals', undefined, bearer);
  const [sales, renewals] = body.results as unknown as { id: string; stages: { id: string }[] }[];
  expect([sales?.id, sales?.stages[0]?.id]).toEqual(['default', 'appointmentscheduled']);
  const stage = renewals?.stages[0]?.id ?? '';
  const astray = await create({ dealname: 'x', dealstage: stage });
  expect([astray.status, astray.body.errors[0]?.code]).toEqual([400, 'INVALID_OPTION']);
  const made = await create({ dealname: 'x', dealstage: stage, pipeline: renewals?.id ?? '' });
  expect(made.status).toBe(201);
  expect((await create({ dealname: 'y', dealstage: 'closedwon' })).body.properties['pipeline']).toBe(
    'default',
  );
  const ids = new Set([sales, renewals].flatMap((one) => one?.stages.map(({ id }) => id) ?? []));
  const all = await call('GET', '/crm/v3/objects/deals?limit=100', undefined, bearer);
  expect(all.body.results.every((one) => ids.has(one.properties['dealstage'] ?? ''))).toBe(true);
});

test('links are told by list and read when asked for, never by search; one to nothing is refused', async () => {
  const bearer = tokenFor(['crm.objects.deals.read', 'crm.objects.deals.write']);
  const link = (id: string) => [
    { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }] },
  ];
  const properties = { dealname: 'Linked' };
  const nowhere = await call(
    'POST',
    '/crm/v3/objects/deals',
    { properties, associations: link('7') },
    bearer,
  );
  expect([nowhere.status, nowhere.body.errors[0]?.code]).toEqual([400, 'INVALID_ASSOCIATION']);
  const made = await call('POST', '/crm/v3/objects/deals', { properties, associations: link('101') }, bearer);
  const { id } = made.body as unknown as { id: string };
  const read = await call(
    'GET',
    `/crm/v3/objects/deals/${id}?associations=contacts,companies`,
    undefined,
    bearer,
  );
  expect(read.body).toMatchObject({
    associations: { contacts: { results: [{ id: '101', type: 'deal_to_contact' }] } },
  });
  expect((await call('GET', `/crm/v3/objects/deals/${id}`, undefined, bearer)).body).not.toHaveProperty(
    'associations',
  );
  const filters = [{ propertyName: 'hs_object_id', operator: 'EQ', value: id }];
  const found = await call('POST', '/crm/v3/objects/deals/search', { filterGroups: [{ filters }] }, bearer);
  expect(found.body.results).toHaveLength(1);
  expect(found.body.results[0]).not.toHaveProperty('associations');
});

test('one scope opens tickets for reading and writing, and a ticket must name its status', async () => {
  expect((await call('GET', '/crm/v3/objects/tickets')).body.category).toBe('MISSING_SCOPES');
  const bearer = tokenFor(['tickets']);
  expect((await call('GET', '/crm/v3/objects/tickets', undefined, bearer)).status).toBe(200);
  const create = (properties: Record<string, string>) =>
    call('POST', '/crm/v3/objects/tickets', { properties }, bearer);
  expect((await create({ subject: 'x' })).body.errors[0]?.code).toBe('INVALID_OPTION');
  expect((await create({ subject: 'x', hs_pipeline_stage: '1' })).body.properties['hs_pipeline']).toBe('0');
});
