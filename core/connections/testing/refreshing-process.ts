import { openDatabase } from '@mortise/platform/database';
import { createCourier } from '../courier.ts';
import { createRenewer } from '../create-renewer.ts';
import type { Renewer } from '../renewer.ts';
import type { TestSetUp } from './courier-process.ts';
import { createRig } from './rig.ts';
import { startTestCourier } from './start-test-courier.ts';
import { reach } from './steps.ts';
import { defineStrict, strictRegistry } from './strict-identity-provider.ts';

// A process of its own for the tests: makes calls with the connection that it is sent the id of, a line each time, and
// says what came of it. Renewals are made by a courier of its own, or in it.
const [databaseUrl = '', providerUrl = '', tenantId = '', leaseMs = '', way = ''] = process.argv.slice(2);
const tell = (text: string) => void process.stdout.write(`${text}\n`);
const options = {
  db: openDatabase({ url: databaseUrl, max: 4 }),
  registry: strictRegistry(defineStrict(providerUrl)),
  allow: ['127.0.0.1:*'],
  leaseMs: Number(leaseMs),
};
const here = createRenewer(createRig(options));
const courier = createCourier<TestSetUp>({
  start: startTestCourier,
  setUp: { databaseUrl, providerUrl, leaseMs: options.leaseMs },
  // A test of couriers must not pass because there is none.
  here: { renew: () => Promise.reject(new Error('There is no courier')), close: async () => undefined },
  logger: {
    warn: (details, message) => void process.stderr.write(`${message} ${JSON.stringify(details)}\n`),
  },
});
const renewer: Renewer = {
  async renew(job) {
    await reach('before the lease', providerUrl);
    return way === 'here' ? here.renew(job) : courier.renew(job);
  },
  close: () => courier.close(),
};
const rig = createRig({ ...options, renewer });
tell('ready');
for await (const line of process.stdin) {
  const connectionId = String(line).trim();
  try {
    const open = await rig.caller.open(tenantId, connectionId);
    const answers = await Promise.all([1, 2, 3].map(() => open.call({ method: 'GET', url: 'api:/me' })));
    tell(`ok ${answers.map((one) => one.status).join(' ')}`);
  } catch (error) {
    tell(`failed ${error instanceof Error ? error.message : String(error)}`);
  }
}
