import { openDatabase } from '@mortise/platform/database';
import { createRig } from './rig.ts';

// A process of its own for the crash test: takes requests in as fast as it can, each twice, and works them off, and says
// which it has acknowledged, until it is killed.
const db = openDatabase({ url: process.argv[2] ?? '', max: 8 });
const tokens = JSON.parse(process.argv[3] ?? '[]') as string[];
const name = process.argv[4] ?? '';
const rig = createRig({ db, works: process.argv[5] !== 'idle' });
rig.ingest.start();

async function postForever(token: string, place: number): Promise<never> {
  for (let n = 0; ; n++) {
    const key = `${name}.${place}.${n}`;
    const body = JSON.stringify({ key });
    const ids = await Promise.all([rig.post(token, body), rig.post(token, body)]);
    process.stdout.write(`${key} ${ids.join(' ')}\n`);
  }
}
await Promise.all([...tokens, ...tokens].map(postForever));
