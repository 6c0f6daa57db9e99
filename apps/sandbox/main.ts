import { parseArgs } from 'node:util';
import { startSandbox } from './index.ts';

/** The sandbox alone: `node apps/sandbox/main.ts --port 4010 --seed 1 --contacts 2400 --data .mortise/sandbox.json`. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    seed: { type: 'string', default: '1' },
    contacts: { type: 'string' },
    data: { type: 'string' },
  },
});

const sandbox = await startSandbox({
  port: Number(values.port),
  host: values.host,
  seed: Number(values.seed),
  ...(values.contacts === undefined ? {} : { contactsPerAccount: Number(values.contacts) }),
  ...(values.data === undefined ? {} : { dataFile: values.data }),
});
process.stdout.write(`Sandbox: ${sandbox.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
