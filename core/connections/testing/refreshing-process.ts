import { openDatabase } from '@mortise/platform/database';
import { defineStrict, strictRegistry } from './strict-identity-provider.ts';
import { createRig } from './rig.ts';

// A process of its own for the tests: makes one call with a connection that is in the database, says what came of it,
// and does so again for each line that it is sent.
const [databaseUrl = '', providerUrl = '', tenantId = '', connectionId = '', leaseMs = ''] =
  process.argv.slice(2);
const db = openDatabase({ url: databaseUrl, max: 4 });
const rig = createRig({
  db,
  registry: strictRegistry(defineStrict(providerUrl)),
  allow: ['127.0.0.1:*'],
  leaseMs: Number(leaseMs),
});
const tell = (text: string) => void process.stdout.write(`${text}\n`);
tell('ready');
for await (const line of process.stdin) {
  if (String(line).trim() === '') continue;
  try {
    const open = await rig.caller.open(tenantId, connectionId);
    const answers = await Promise.all([1, 2, 3].map(() => open.call({ method: 'GET', url: 'api:/me' })));
    tell(`ok ${answers.map((one) => one.status).join(' ')}`);
  } catch (error) {
    tell(`failed ${error instanceof Error ? error.message : String(error)}`);
  }
}
