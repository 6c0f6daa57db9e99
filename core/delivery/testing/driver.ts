import { openDatabase } from '@mortise/platform/database';
import { publicId } from '../../kernel/index.ts';
import { anEvent, startRig } from './rig.ts';

// A process of its own for the crash test: accepts events for every tenant and sends them, as fast as it can, and
// says which are committed, until it is killed.
const db = openDatabase({ url: process.argv[2] ?? '', max: 8 });
const limits = JSON.parse(process.argv[3] ?? '{}') as Record<string, number>;
const rig = await startRig({ db, limits });
const tenants = await db.engine((tx) => tx.query<{ id: string }>('select id from tenants'));
process.stdout.write('started\n');

async function acceptForever(tenantId: string): Promise<never> {
  for (let n = 0; ; n++) {
    const events = await rig.append(tenantId, [
      anEvent('contact.updated', { n }),
      anEvent('contact.created', { n }),
    ]);
    process.stdout.write(events.map((event) => `${publicId('event', event.id)}\n`).join(''));
  }
}
await Promise.all(tenants.map((tenant) => acceptForever(tenant.id)));
