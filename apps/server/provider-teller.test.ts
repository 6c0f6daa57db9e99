import {
  createConsent,
  createIntegration,
  createPurpose,
  createSync,
  disconnect,
  listRecords,
  readConsent,
  readConnection,
  startConnect,
  tellWithdrawal,
  updatePurpose,
  withdrawConsent,
  type Consent,
} from '@mortise/contract';
import type { EmulatedRecord } from '@mortise/providers/kit/emulator';
import { rdStationMarketingEmulator } from '@mortise/providers/rd-station-marketing/emulator/index.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { giveConsent } from '../../tests/support/give-consent.ts';
import { startGatedEmulator, type GatedEmulator } from './testing/start-gated-emulator.ts';
import { startTestServer, type TestPerson, type TestServer } from './testing/start-test-server.ts';

// The whole way of a withdrawal, from the request to the contact at the provider, over real HTTP on both sides.

const provider = 'rd-station-marketing';
const [first, second] = rdStationMarketingEmulator.accounts.map(({ id }) => id) as [string, string];
const patiently = { timeout: 20_000 };

let server: TestServer;
let owner: TestPerson;
let gated: GatedEmulator;
let integrationId: string;
let purposes = 0;
let purpose: string;

beforeAll(async () => {
  server = await startTestServer({ sandbox: false });
  owner = await server.owner();
  gated = await startGatedEmulator(rdStationMarketingEmulator, { seed: 3, counts: { contacts: 12 } });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await gated.close();
});
beforeEach(async () => {
  const { client } = rdStationMarketingEmulator;
  const body = { provider, hosts: gated.hosts, clientId: client.id, clientSecret: client.secret };
  integrationId = (await owner.client.call(createIntegration, { body })).id;
  purpose = `newsletter_${purposes++}`;
  await owner.client.call(createPurpose, {
    body: { key: purpose, name: 'Newsletter', legalBasis: 'consent', texts: { en: 'May we write to you?' } },
  });
});
const made: string[] = [];
afterEach(async () => {
  gated.say(undefined);
  gated.emulator.reset();
  // Other tests' connections are told of no withdrawal of this one.
  for (const id of made.splice(0)) await owner.client.call(disconnect, { params: { id }, query: {} });
  gated.passed.length = 0;
});

async function connect(account: string): Promise<string> {
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider },
    body: { integrationId },
  });
  const id = await giveConsent(owner, authorizeUrl, account);
  if (!made.includes(id)) made.push(id);
  return id;
}

const contactsOf = (account: string) => gated.emulator.world.records.all(account, 'contacts');
const contact = (account: string, id: string): EmulatedRecord =>
  contactsOf(account).find((one) => one.id === id)!;
const patches = () => gated.passed.filter(({ method }) => method === 'PATCH').map(({ path }) => path);
interface Base {
  category: string;
  type: string;
  status: string;
}
const bases = (account: string, id: string) =>
  JSON.parse(contact(account, id).fields['legal_bases']!) as Base[];
const granted = { category: 'communications', type: 'consent', status: 'granted' };
const declined = { ...granted, status: 'declined' };

/** A grant of a person, withdrawn. */
async function withdraw(subjectId: string, email?: string): Promise<Consent> {
  const body = { subjectId, purpose, textVersion: 1 };
  const { id } = await owner.client.call(createConsent, { body });
  return owner.client.call(withdrawConsent, {
    params: { id },
    body: email === undefined ? {} : { email },
  });
}
const noticesOf = async ({ id }: Consent) =>
  (await owner.client.call(readConsent, { params: { id } })).withdrawal!.notices;
async function settled(grant: Consent, states: string[]): Promise<void> {
  const read = async () => (await noticesOf(grant)).map(({ state }) => state).toSorted();
  await expect.poll(read, patiently).toEqual(states);
}

it('who withdraws is declined where they are known, and nowhere else is anything changed or made', async () => {
  const [one, two] = [await connect(first), await connect(second)];
  const known = contactsOf(first)[3]!;
  const other = { category: 'another', type: 'contract', status: 'granted' };
  gated.emulator.world.records.update(first, 'contacts', known.id, {
    legal_bases: JSON.stringify([other, granted]),
  });
  const email = known.fields['email']!;
  expect(contactsOf(second).every(({ fields }) => fields['email'] !== email)).toBe(true);
  const before = structuredClone([...contactsOf(first), ...contactsOf(second)].filter((c) => c !== known));

  const grant = await withdraw('customer-17', email);
  expect(grant.withdrawal?.notices.map(({ to }) => to)).toEqual([
    'RD Station Marketing',
    'RD Station Marketing',
  ]);
  await settled(grant, ['told', 'unknown_person']);
  expect(bases(first, known.id)).toEqual([other, declined]);
  const notices = await noticesOf(grant);
  expect(notices.find(({ connectionId }) => connectionId === one)).toMatchObject({
    state: 'told',
    toldAt: expect.any(String) as string,
    error: null,
  });
  expect(notices.find(({ connectionId }) => connectionId === two)).toMatchObject({
    state: 'unknown_person',
    toldAt: null,
    endedAt: expect.any(String) as string,
    error: expect.stringMatching(/^RD Station Marketing has nobody/) as string,
  });
  const untouched = [...contactsOf(first), ...contactsOf(second)].filter(({ id }) => id !== known.id);
  expect(untouched).toEqual(before.filter(({ id }) => id !== known.id));
  expect(patches()).toEqual([`/api/platform/contacts/uuid:${known.id}`]);

  // Declined already, it costs none of the contact's changes.
  await settled(await withdraw('customer-17', email), ['told', 'unknown_person']);
  expect(patches()).toHaveLength(1);
});

it('a person is known by their e-mail address as id, and by the record that was synced under their id', async () => {
  const connectionId = await connect(first);
  const [byEmail, byRecord] = contactsOf(first);
  await settled(await withdraw(byEmail!.fields['email']!), ['told']);
  expect(bases(first, byEmail!.id)).toEqual([declined]);

  await owner.client.call(createSync, { body: { connectionId, resource: 'contacts' } });
  const held = async () => (await owner.client.call(listRecords, { query: { connectionId } })).data.length;
  await expect.poll(held, patiently).toBe(12);
  // Its address has changed meanwhile: the record is found all the same.
  gated.emulator.world.records.update(first, 'contacts', byRecord!.id, { email: 'new@b.example' });
  await settled(await withdraw(byRecord!.id), ['told']);
  expect(bases(first, byRecord!.id)).toEqual([declined]);
});

it('whom nothing names there is not guessed: it ends with what is missing, and given that is told', async () => {
  await connect(first);
  const person = contactsOf(first)[5]!;
  const grant = await withdraw('customer-9');
  await settled(grant, ['ended']);
  expect(await noticesOf(grant)).toMatchObject([
    { toldAt: null, error: expect.stringMatching(/no e-mail address was given/) as string },
  ]);
  await owner.client.call(tellWithdrawal, {
    params: { id: grant.id },
    body: { email: person.fields['email']! },
  });
  await settled(grant, ['told']);
  expect(bases(first, person.id)).toEqual([declined]);
});

it('a provider that fails twice is told within the same try', async () => {
  await connect(first);
  const person = contactsOf(first)[6]!;
  gated.emulator.world.faults.add({ kind: 'server_error', times: 2 });
  const grant = await withdraw('customer-6', person.fields['email']);
  await settled(grant, ['told']);
  expect(bases(first, person.id)).toEqual([declined]);
});

it.each(['joao@b.example is nobody here', '{"uuid":null,"email":"joao@b.example"}'])(
  'an answer that cannot be read is tried again, in words for people and with none of its own',
  async (said) => {
    await connect(first);
    const person = contactsOf(first)[6]!;
    gated.say(said);
    const grant = await withdraw('customer-6', person.fields['email']);
    await expect
      .poll(async () => (await noticesOf(grant))[0], patiently)
      .toMatchObject({ error: 'RD Station Marketing did not answer properly.' });
    gated.say(undefined);
    await owner.client.call(tellWithdrawal, { params: { id: grant.id }, body: {} });
    await settled(grant, ['told']);
  },
);

it('an account that must be connected anew waits with its reason, alone, and is told once it is', async () => {
  const [one, two] = [await connect(first), await connect(second)];
  const person = contactsOf(second)[2]!;
  const email = person.fields['email']!;
  const { tokens } = gated.emulator.world;
  for (const { id: grantId, accountId } of tokens.list())
    if (accountId === first) tokens.revokeGrant(grantId);
  const grant = await withdraw('customer-2', email);
  await settled(grant, ['told', 'waiting']);
  const waiting = async () => (await noticesOf(grant)).find(({ connectionId }) => connectionId === one)!;
  await expect
    .poll(waiting, patiently)
    .toMatchObject({ error: expect.stringMatching(/no longer accepts this connection/) as string });
  expect(await waiting()).toMatchObject({ state: 'waiting', nextAt: expect.any(String) as string });
  expect((await owner.client.call(readConnection, { params: { id: one } })).status).toBe('needs_reconnect');
  expect((await noticesOf(grant)).find(({ connectionId }) => connectionId === two)?.attempts).toBe(1);

  gated.emulator.world.records.create(first, 'contacts', {
    email,
    legal_bases: JSON.stringify([granted]),
  });
  expect(await connect(first)).toBe(one);
  await owner.client.call(tellWithdrawal, { params: { id: grant.id }, body: {} });
  await settled(grant, ['told', 'told']);
  const { id } = contactsOf(first).find(({ fields }) => fields['email'] === email)!;
  expect(bases(first, id)).toEqual([declined]);
  expect((await noticesOf(grant)).find(({ connectionId }) => connectionId === two)?.attempts).toBe(1);
});

it('an account that is disconnected before it could be told says so', async () => {
  const id = await connect(first);
  const person = contactsOf(first)[1]!;
  gated.emulator.world.faults.add({ kind: 'rate_limited', times: 1, retryAfter: '3600' });
  const grant = await withdraw('customer-1', person.fields['email']);
  // A wait of an hour is the notice's, not the call's.
  await expect
    .poll(async () => (await noticesOf(grant))[0], patiently)
    .toMatchObject({ attempts: 1, error: 'RD Station Marketing takes no more requests for now.' });
  const [notice] = await noticesOf(grant);
  expect(Date.parse(notice!.nextAt!) - Date.now()).toBeGreaterThan(3_500_000);
  await owner.client.call(disconnect, { params: { id }, query: {} });
  await owner.client.call(tellWithdrawal, { params: { id: grant.id }, body: {} });
  await settled(grant, ['ended']);
  expect((await noticesOf(grant))[0]?.error).toBe('The account was disconnected before it could be told.');
  expect(bases(first, person.id)).toEqual([granted]);
});

it('what an administrator says is not told to providers is told to none', async () => {
  await connect(first);
  const body = { subjectId: 'x', purpose, textVersion: 1 };
  const { purpose: found } = await owner.client.call(createConsent, { body });
  const saved = await owner.client.call(updatePurpose, {
    params: { id: found.id },
    body: { providerCategory: null },
  });
  expect(saved.providerCategory).toBeNull();
  const grant = await withdraw('customer-4', contactsOf(first)[4]!.fields['email']);
  expect(grant.withdrawal?.notices).toEqual([]);
});
