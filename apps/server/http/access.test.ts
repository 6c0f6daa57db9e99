import {
  acceptInvitation,
  createInvitation,
  createTenant,
  listTenants,
  readTenant,
  roles,
  updateTenant,
  type Role,
} from '@mortise/contract';
import { publicId, newId } from '@mortise/core/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  testPassword,
  tokenOf,
  type TestPerson,
  type TestServer,
} from '../testing/start-test-server.ts';
import type { Access, Line } from './table.ts';

let server: TestServer;
let owner: TestPerson;
const people = new Map<Role, TestPerson>();
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
  people.set('owner', owner);
  for (const role of ['viewer', 'developer', 'admin'] as const)
    people.set(role, await server.member(owner.tenantId, role));
});
afterAll(() => server.stop());

/** Each route with parameters of which nothing exists: whoever is let in gets 400, 404 or more, and nothing is done. */
const pathOf = ({ route }: Line) => route.path.replaceAll(/:\w+/g, 'nothing');

async function ask(
  line: Line,
  headers: Record<string, string>,
): Promise<{ status: number; code: string | undefined }> {
  const answer = await fetch(server.url + pathOf(line), {
    method: line.route.method,
    redirect: 'manual',
    headers: { ...headers, ...(line.route.method === 'GET' ? {} : { 'content-type': 'application/json' }) },
    // Not an object, so that no route that takes a body gets as far as doing something.
    ...(line.route.method === 'GET' || line.route.method === 'DELETE' ? {} : { body: '[]' }),
  });
  const text = await answer.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as { code?: string }) : {};
  return { status: answer.status, code: answer.status >= 400 ? json.code : undefined };
}

/** What stands in the table, as what each kind of caller must meet. */
function expected(
  access: Access,
  caller: Role | 'operator' | 'nobody',
): 'in' | 'unauthenticated' | 'forbidden' | 'not_found' {
  if (access === 'public' || access === 'link') return 'in';
  if (caller === 'nobody') return 'unauthenticated';
  if (caller === 'operator' || access === 'credential') return 'in';
  if (access === 'operator') return 'not_found';
  return roles.indexOf(caller) >= roles.indexOf(access) ? 'in' : 'forbidden';
}

const callers = [...roles, 'operator', 'nobody'] as const;

test.each(callers)('every route lets %s in exactly where the table says so', async (caller) => {
  const headers: Record<string, string> =
    caller === 'nobody'
      ? {}
      : caller === 'operator'
        ? { authorization: `Bearer ${server.operatorKey}`, 'mortise-tenant': owner.tenantId }
        : { cookie: String(people.get(caller)!.jar), 'mortise-tenant': owner.tenantId };
  const wrong: unknown[] = [];
  for (const line of server.mortise.lines) {
    const wanted = expected(line.access, caller);
    const got = await ask(line, headers);
    const refusals = ['unauthenticated', 'forbidden', 'tenant_required'];
    // A route whose path names no thing cannot answer 404 to who is let in.
    const hidden = got.code === 'not_found' && !line.route.path.includes(':');
    const fits =
      wanted === 'in'
        ? !refusals.includes(got.code ?? '') && !hidden && got.status < 500
        : got.code === wanted;
    if (!fits) wrong.push({ route: line.route.name, access: line.access, wanted, got });
  }
  expect(wrong).toEqual([]);
});

test('the table has a line for every route, and creates alone take an Idempotency-Key', () => {
  const names = server.mortise.lines.map(({ route }) => route.name);
  expect(new Set(names).size).toBe(names.length);
  for (const { route, creation } of server.mortise.lines) {
    if (creation !== undefined) expect([201, 202]).toContain(route.status);
  }
});

test('without a credential or with a wrong one there is nothing but 401', async () => {
  const bearer = (key: string) =>
    fetch(`${server.url}/api/me`, { headers: { authorization: key } }).then((answer) => answer.status);
  expect(await bearer('')).toBe(401);
  expect(await bearer('Bearer')).toBe(401);
  expect(await bearer('Bearer ')).toBe(401);
  expect(await bearer(`Bearer ${server.operatorKey}x`)).toBe(401);
  expect(await bearer(`Bearer ${server.operatorKey.slice(0, -1)}`)).toBe(401);
  expect(await bearer(`Basic ${server.operatorKey}`)).toBe(401);
  expect(await bearer(`Bearer ${server.operatorKey}`)).toBe(200);
  // A wrong bearer is not made good by a session beside it.
  const both = await owner.fetch('/api/me', { headers: { authorization: 'Bearer wrong' } });
  expect(both.status).toBe(401);
});

test('the operator key says which tenant it acts for', async () => {
  await expect(server.operator.call(readTenant)).rejects.toMatchObject({
    code: 'tenant_required',
    status: 400,
  });
  await expect(server.operator.forTenant(owner.tenantId).call(readTenant)).resolves.toMatchObject({
    id: owner.tenantId,
  });
});

test('a tenant one is not a member of looks just like one that does not exist', async () => {
  const other = await server.createTenant('Another');
  const at = async (tenant: string) => {
    const answer = await owner.fetch('/api/tenant', { headers: { 'mortise-tenant': tenant } });
    const { requestId, ...body } = (await answer.json()) as Record<string, unknown>;
    expect(requestId).toMatch(/^req_/);
    const headers = [...answer.headers].filter(
      ([name]) => !['x-request-id', 'trace-id', 'date', 'ratelimit', 'content-length'].includes(name),
    );
    return JSON.stringify([answer.status, body, headers]);
  };
  const [others, nobodys, nonsense] = [
    await at(other.id),
    await at(publicId('tenant', newId())),
    await at('ten_nonsense'),
  ];
  expect(others).toBe(nobodys);
  expect(nonsense).toBe(nobodys);
  expect(others).toContain('404');
});

test('a thing of another tenant is not there for anybody but that tenant', async () => {
  const other = await server.createTenant('Third');
  const outsider = await server.member(other.id, 'owner');
  const members = await owner.fetch('/api/members');
  const [mine] = ((await members.json()) as { data: { id: string }[] }).data;
  const answer = await outsider.fetch(`/api/members/${mine!.id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'viewer' }),
  });
  expect(answer.status).toBe(404);
});

test('only who is a member of several tenants has to say which', async () => {
  const other = await server.createTenant('Fourth');
  const person = await server.member(other.id, 'viewer');
  expect((await person.fetch('/api/tenant')).status).toBe(200);
  const { link } = await owner.client.call(createInvitation, {
    body: { email: person.email, role: 'viewer' },
  });
  await server.visitor(person.jar).call(acceptInvitation, {
    body: { token: tokenOf(link), password: testPassword },
  });
  const answer = await person.fetch('/api/tenant');
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'tenant_required']);
});

test('the operator alone makes and lists tenants; an external id names one of them', async () => {
  const made = await server.operator.call(createTenant, { body: { name: 'Ext', externalId: 'crm-7' } });
  await expect(
    server.operator.call(createTenant, { body: { name: 'Again', externalId: 'crm-7' } }),
  ).rejects.toMatchObject({
    code: 'already_exists',
  });
  const found = await server.operator.call(listTenants, { query: { externalId: 'crm-7' } });
  expect(found.data.map((tenant) => tenant.id)).toEqual([made.id]);
});

test('of two changes to what both have read the later is refused', async () => {
  const { version } = await owner.client.call(readTenant);
  const rename = (name: string, ifMatch: number) =>
    owner.client.call(updateTenant, { body: { name } }, { ifMatch });
  const results = await Promise.allSettled([rename('One', version), rename('Two', version)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(results.find((result) => result.status === 'rejected')).toMatchObject({
    reason: { code: 'version_mismatch', status: 412 },
  });
  for (const wrong of ['"nonsense"', '"99999999999999999999"', '"4000000000"', '"-1"', '7', '"1", "2"']) {
    const answer = await owner.fetch('/api/tenant', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': wrong },
      body: '{"name":"Three"}',
    });
    expect([wrong, answer.status]).toEqual([wrong, 412]);
  }
  const free = await owner.fetch('/api/tenant', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body: '{"name":"Acme"}',
  });
  expect([free.status, free.headers.get('etag')]).toEqual([200, `"${version + 2}"`]);
});
