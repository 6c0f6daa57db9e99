// `npm run bench -- isolation [seconds]`: what tenants whose endpoints answer notice of a tenth of all endpoints that
// take requests and never answer. 500 events a second over 50 tenants; accept -> endpoint of the healthy 45, with and
// without the hanging ones, in turns in one run.
import { addTenant, startRig } from '../core/delivery/testing/rig.ts';
import { offer, percentiles } from './support/offer.ts';
import { openServer } from './support/open-server.ts';
import { openPublishing } from './support/open-publishing.ts';
import { openStore } from './support/open-store.ts';
import { printResult } from './support/print-result.ts';
import { startSinks } from './support/start-sinks.ts';

const seconds = Number(process.argv[2] ?? 35);
const [tenants, webhooksPerTenant, hangingTenants, perSecond] = [50, 2, 5, 500];

const server = await openServer();
const sinks = await startSinks(20);
try {
  const db = await openStore(server.url);
  const rig = await startRig({ db });
  const ids: string[] = [];
  for (let tenant = 0; tenant < tenants; tenant++) {
    const tenantId = await addTenant(db);
    ids.push(tenantId);
    for (let webhook = 0; webhook < webhooksPerTenant; webhook++) {
      const url = `http://127.0.0.1:${sinks.ports[(tenant * webhooksPerTenant + webhook) % sinks.ports.length]}`;
      await rig.addWebhook(tenantId, { url: `${url}/in`, events: [`calm${webhook}.updated`] });
      if (tenant < hangingTenants) {
        const settings = { timeoutMs: 30_000 };
        await rig.addWebhook(tenantId, { url: `${url}/hang`, events: [`hang${webhook}.updated`], settings });
      }
    }
  }
  const publish = openPublishing(rig);
  /** A load of which the first tenants' part goes to endpoints that answer, or to those that hang. */
  async function measure(hangs: boolean, forSeconds: number) {
    let timed = 0;
    await offer(perSecond, forSeconds, (n, at) => {
      const tenant = n % tenants;
      const trouble = tenant < hangingTenants;
      if (!trouble) timed += 1;
      const type = `${hangs && trouble ? 'hang' : 'calm'}${Math.floor(n / tenants) % webhooksPerTenant}.updated`;
      // Only what healthy tenants offer is timed.
      const data = trouble ? { n } : { n, at };
      return publish(ids[tenant] ?? '', type, data);
    });
    // Every one of them has to arrive, or the slowest would be those that are left out.
    const latencies: number[] = [];
    while (latencies.length < timed) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      latencies.push(...(await sinks.collect()));
    }
    return latencies;
  }

  await measure(false, 6);
  const before = await measure(false, seconds / 2);
  const withHanging = await measure(true, seconds);
  const { inFlight } = rig.delivery.counts();
  // Theirs are ended, so that the last part meets the same machine as the first.
  await db.engine((tx) => tx.query(`update webhooks set status = 'paused' where url like '%/hang'`));
  const hanging = await db.engine((tx) =>
    tx.query<{ id: string }>(`select id from webhooks where url like '%/hang'`),
  );
  for (const { id } of hanging) rig.delivery.webhookChanged(id);
  while (rig.delivery.counts().inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  const after = await measure(false, seconds / 2);
  console.log(`${inFlight} sends hung at its end.`);
  await rig.stop();
  await db.close();
  const [value, baseline] = [percentiles(withHanging).p99, percentiles([...before, ...after]).p99];
  const rows = {
    'without, before': percentiles(before),
    'without, after': percentiles(after),
    'with a tenth that hangs': percentiles(withHanging),
  };
  printResult(rows, { bench: 'isolation', value, unit: 'ms', baseline });
} finally {
  sinks.close();
  await server.close();
}
