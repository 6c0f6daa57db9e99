import {
  acceptInvitation,
  createInvitation,
  listAudit,
  listInvitations,
  listMembers,
  lookUpInvitation,
  readMe,
  removeMember,
  updateMember,
  withdrawInvitation,
  type Role,
} from '@mortise/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CookieJar } from '../testing/cookie-jar.ts';
import {
  startTestServer,
  testPassword,
  tokenOf,
  type TestPerson,
  type TestServer,
} from '../testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
});
beforeEach(() => server.db.auth((tx) => tx.query('delete from auth_rate_limits')));
afterAll(() => server.stop());

let next = 0;
const newEmail = () => `person${next++}@example.com`;
const invite = async (email = newEmail(), role: Role = 'developer', by = owner) => {
  const made = await by.client.call(createInvitation, { body: { email, role } });
  return { ...made, token: tokenOf(made.link) };
};
const accept = (token: string, given: { name?: string; password?: string } = {}, jar = new CookieJar()) =>
  server
    .visitor(jar)
    .call(acceptInvitation, { body: { token, name: 'New Person', password: testPassword, ...given } });
const membersOf = async (person: TestPerson) =>
  (await person.client.call(listMembers, { query: { limit: 200 } })).data;

test('an invitation makes one member, once, and signs them in', async () => {
  const { token, email, link } = await invite();
  expect(new URL(link).search).toBe('');
  expect(await server.visitor().call(lookUpInvitation, { body: { token } })).toEqual({
    tenantName: 'Acme',
    email,
    role: 'developer',
    hasAccount: false,
  });
  const jar = new CookieJar();
  await accept(token, {}, jar);
  expect(await server.personOf(email, owner.tenantId, jar).client.call(readMe)).toMatchObject({
    user: { email },
    tenants: [{ role: 'developer' }],
  });
  await expect(accept(token)).rejects.toMatchObject({ code: 'link_expired', status: 410 });
  await expect(server.visitor().call(lookUpInvitation, { body: { token } })).rejects.toMatchObject({
    code: 'link_expired',
  });
});

test('of several that accept one invitation at once one wins, and the others learn that it was used', async () => {
  const { token, email } = await invite();
  const results = await Promise.allSettled([accept(token), accept(token), accept(token)]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'link_expired' });
  expect((await membersOf(owner)).filter((member) => member.email === email)).toHaveLength(1);
});

test('a withdrawn and an expired invitation open nothing', async () => {
  const withdrawn = await invite();
  await owner.client.call(withdrawInvitation, { params: { id: withdrawn.id } });
  await expect(accept(withdrawn.token)).rejects.toMatchObject({ code: 'link_expired' });
  await expect(owner.client.call(withdrawInvitation, { params: { id: withdrawn.id } })).rejects.toMatchObject(
    { code: 'not_found' },
  );
  const expired = await invite();
  await server.db.engine((tx) =>
    tx.query(`update invitations set expires_at = now() - interval '1 second' where email = $1`, [
      expired.email,
    ]),
  );
  await expect(accept(expired.token)).rejects.toMatchObject({ code: 'link_expired' });
  const { data } = await owner.client.call(listInvitations);
  expect(Object.fromEntries(data.map((one) => [one.email, one.status]))).toMatchObject({
    [withdrawn.email]: 'withdrawn',
    [expired.email]: 'expired',
  });
  expect(JSON.stringify(data)).not.toContain(expired.token);
});

test('nobody gives a role above their own, by invitation or by change', async () => {
  const admin = await server.member(owner.tenantId, 'admin');
  await expect(invite(newEmail(), 'owner', admin)).rejects.toMatchObject({ code: 'forbidden' });
  const members = await membersOf(owner);
  const ofOwner = members.find((member) => member.email === owner.email)!;
  const ofAdmin = members.find((member) => member.email === admin.email)!;
  const change = (id: string, role: Role) =>
    admin.client.call(updateMember, { params: { id }, body: { role } });
  await expect(change(ofAdmin.id, 'owner')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(change(ofOwner.id, 'viewer')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(admin.client.call(removeMember, { params: { id: ofOwner.id } })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('someone with an account joins another tenant with that password alone, under the limit of the sign-in form', async () => {
  const person = await server.member(owner.tenantId, 'viewer');
  const other = await server.createTenant('Other');
  const { link } = await other.operator.call(createInvitation, {
    body: { email: person.email, role: 'admin' },
  });
  const token = tokenOf(link);
  expect(await server.visitor().call(lookUpInvitation, { body: { token } })).toMatchObject({
    hasAccount: true,
  });
  await server.db.auth((tx) => tx.query('delete from auth_rate_limits'));
  for (let index = 0; index < 10; index++) {
    await expect(accept(token, { password: 'not this one at all' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  }
  const fetched = await fetch(`${server.url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: testPassword }),
  });
  expect([fetched.status, Number(fetched.headers.get('retry-after')) > 0]).toEqual([429, true]);
  await server.db.auth((tx) => tx.query('delete from auth_rate_limits'));
  await accept(token, { name: 'Impostor' }, person.jar);
  const me = await person.client.call(readMe);
  expect(me.tenants.map(({ role }) => role).toSorted()).toEqual(['admin', 'viewer']);
  expect(me.user?.name).not.toBe('Impostor');
});

test('who is a member already is not invited again', async () => {
  const person = await server.member(owner.tenantId, 'viewer');
  await expect(invite(person.email.toUpperCase(), 'admin')).rejects.toMatchObject({ code: 'already_exists' });
});

test('a new account needs a name and a password of 12 characters', async () => {
  const { token } = await invite();
  const nameless = await fetch(`${server.url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: testPassword }),
  });
  expect([nameless.status, await nameless.json()]).toMatchObject([400, { issues: [{ path: 'body.name' }] }]);
  await expect(accept(token, { password: 'short' })).rejects.toMatchObject({
    code: 'invalid_request',
    issues: [{ path: 'body.password' }],
  });
});

test('a tenant keeps an owner, whatever its owners do to one another at once', async () => {
  const tenant = await server.createTenant('Two owners');
  const [a, b] = [await server.member(tenant.id, 'owner'), await server.member(tenant.id, 'owner')];
  const members = await membersOf(a);
  const idOf = (person: TestPerson) => members.find((member) => member.email === person.email)!.id;
  const results = await Promise.allSettled([
    a.client.call(updateMember, { params: { id: idOf(b) }, body: { role: 'viewer' } }),
    b.client.call(updateMember, { params: { id: idOf(a) }, body: { role: 'viewer' } }),
    a.client.call(removeMember, { params: { id: idOf(b) } }),
    b.client.call(removeMember, { params: { id: idOf(a) } }),
  ]);
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
  const left = await tenant.operator.call(listMembers);
  expect(left.data.filter((member) => member.role === 'owner')).toHaveLength(1);
  const last = left.data.find((member) => member.role === 'owner')!;
  await expect(tenant.operator.call(removeMember, { params: { id: last.id } })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(
    tenant.operator.call(updateMember, { params: { id: last.id }, body: { role: 'admin' } }),
  ).rejects.toMatchObject({ code: 'conflict' });
});

test('who has been removed is out at once, with the session they had', async () => {
  const person = await server.member(owner.tenantId, 'developer');
  const { id } = (await membersOf(owner)).find((member) => member.email === person.email)!;
  expect((await person.fetch('/api/members', { headers: { 'mortise-tenant': owner.tenantId } })).status).toBe(
    200,
  );
  await owner.client.call(removeMember, { params: { id } });
  expect((await person.fetch('/api/members', { headers: { 'mortise-tenant': owner.tenantId } })).status).toBe(
    404,
  );
  const { data } = await owner.client.call(listAudit, { query: { limit: 5 } });
  expect(data[0]).toMatchObject({ action: 'member.removed', subject: id });
});
