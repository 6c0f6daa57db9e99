import {
  createConsent,
  createIntegration,
  createPurpose,
  readConsent,
  startConnect,
  withdrawConsent,
} from '@mortise/contract';
import { rdStationMarketingEmulator } from '@mortise/providers/rd-station-marketing/emulator/index.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveConsent } from '../../tests/support/give-consent.ts';
import { freePort, ServerProcess } from '../../tests/support/server-process.ts';
import { startGatedEmulator, type GatedEmulator } from './testing/start-gated-emulator.ts';
import { startTestServer, type TestPerson, type TestServer } from './testing/start-test-server.ts';

const provider = 'rd-station-marketing';
const [{ id: account }] = rdStationMarketingEmulator.accounts;

/** Takes the requests, and does no work. */
let server: TestServer;
let owner: TestPerson;
/** Works, and is killed. */
let worker: ServerProcess;
let gated: GatedEmulator;

beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
  gated = await startGatedEmulator(rdStationMarketingEmulator, { seed: 3, counts: { contacts: 4 } });
  worker = new ServerProcess(await freePort(), {
    DATABASE_URL: server.databaseUrl,
    MORTISE_ROLE: 'worker',
    MORTISE_MASTER_KEY: Buffer.from(server.secrets.masterKeys[0]!).toString('base64'),
    MORTISE_OPERATOR_KEY: server.operatorKey,
    MORTISE_EGRESS_ALLOW: '127.0.0.0/8',
  });
  await worker.start();
}, 60_000);
afterAll(async () => {
  await worker.stop();
  await server.stop();
  await gated.close();
});

it(
  'a process killed between the provider’s answer and its commit: it is told again, to the same end',
  { timeout: 120_000 },
  async () => {
    const { id: clientId, secret: clientSecret } = rdStationMarketingEmulator.client;
    const { id: integrationId } = await owner.client.call(createIntegration, {
      body: { provider, hosts: gated.hosts, clientId, clientSecret },
    });
    const { authorizeUrl } = await owner.client.call(startConnect, {
      params: { provider },
      body: { integrationId },
    });
    await giveConsent(owner, authorizeUrl, account);
    await owner.client.call(createPurpose, {
      body: { key: 'newsletter', name: 'Newsletter', legalBasis: 'consent', texts: { en: 'May we write?' } },
    });
    const person = () => structuredClone(gated.emulator.world.records.all(account, 'contacts')[1]!);
    const { id } = await owner.client.call(createConsent, {
      body: { subjectId: 'customer-1', purpose: 'newsletter', textVersion: 1 },
    });

    let killed: Promise<void> | undefined;
    gated.holdAnswers(async ({ method }) => {
      if (method === 'PATCH') await (killed ??= worker.kill());
    });
    await owner.client.call(withdrawConsent, { params: { id }, body: { email: person().fields['email']! } });
    await expect.poll(() => killed !== undefined, { timeout: 30_000 }).toBe(true);
    await killed;
    const notices = async () =>
      (await owner.client.call(readConsent, { params: { id } })).withdrawal?.notices;
    expect(await notices()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    const after = person();
    expect(JSON.parse(after.fields['legal_bases']!)).toMatchObject([{ status: 'declined' }]);

    await worker.start();
    await expect
      .poll(notices, { timeout: 60_000 })
      .toMatchObject([{ state: 'told', attempts: 1, error: null }]);
    expect(person()).toEqual(after);
    expect(gated.passed.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  },
);
