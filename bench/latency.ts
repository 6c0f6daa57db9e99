// `npm run bench -- latency [seconds]`: how long from an event's offer to its endpoint, at loads that arrive at random
// and do not wait. The event is published and committed with its delivery on the way. Baseline: the same load sent by bare undici.
import { Pool } from 'undici';
import { addTenant, startRig } from '../core/delivery/testing/rig.ts';
import { offer, percentiles } from './support/offer.ts';
import { openServer } from './support/open-server.ts';
import { openPublishing } from './support/open-publishing.ts';
import { openStore } from './support/open-store.ts';
import { printResult } from './support/print-result.ts';
import { startSinks } from './support/start-sinks.ts';

const seconds = Number(process.argv[2] ?? 15);
const [tenants, loads] = [20, [500, 1_000]];

const server = await openServer();
const sinks = await startSinks(tenants);
try {
  const db = await openStore(server.url);
  const rig = await startRig({ db });
  const ids: string[] = [];
  for (const port of sinks.ports) {
    const tenantId = await addTenant(db);
    ids.push(tenantId);
    await rig.addWebhook(tenantId, { url: `http://127.0.0.1:${port}/in` });
  }
  const pools = sinks.ports.map((port) => new Pool(`http://127.0.0.1:${port}`, { connections: 16 }));
  const dataOf = (n: number, at: number) => ({ n, at, email: 'someone@example.com', name: 'Some One' });

  const publish = openPublishing(rig);
  const durable = (n: number, at: number) =>
    publish(ids[n % tenants] ?? '', 'contact.updated', dataOf(n, at));
  const bare = async (n: number, at: number) => {
    const body = JSON.stringify({ type: 'contact.updated', data: dataOf(n, at) });
    const headers = { 'content-type': 'application/json' };
    const response = await pools[n % tenants]?.request({ method: 'POST', path: '/in', headers, body });
    await response?.body.dump();
  };
  async function measure(perSecond: number, act: typeof durable | typeof bare, forSeconds = seconds) {
    await offer(perSecond, forSeconds, act);
    await rig.delivery.idle();
    return sinks.collect();
  }

  await measure(1_000, durable, 5);
  await measure(1_000, bare, 2);
  const rows: Record<string, ReturnType<typeof percentiles>> = {};
  let [value, baseline] = [NaN, NaN];
  for (const load of loads) {
    // Around one another, so that both meet the same machine.
    const plain = await measure(load, bare, seconds / 2);
    const own = await measure(load, durable);
    plain.push(...(await measure(load, bare, seconds / 2)));
    rows[`bare undici, ${load}/s`] = percentiles(plain);
    rows[`durable delivery, ${load}/s`] = percentiles(own);
    [value, baseline] = [percentiles(own).p99, percentiles(plain).p99];
  }
  await Promise.all(pools.map((pool) => pool.close()));
  await rig.stop();
  await db.close();
  printResult(rows, { bench: 'latency', value, unit: 'ms', baseline });
} finally {
  sinks.close();
  await server.close();
}
