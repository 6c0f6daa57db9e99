// What durable delivery costs beside bare sending: events in, each to one webhook, signed, sent, every attempt logged.
// node bench/delivery.ts [events] [postgresql-url]: without a URL an embedded PostgreSQL is started for it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'undici';
import { migrate, openDatabase } from '@mortise/platform/database';
import { startEmbedded } from '@mortise/platform/database/embedded';
import { addTenant, startRig } from '../core/delivery/testing/rig.ts';
import { serveSink } from './support/sink.ts';

const [origins, tenants, webhooksPerTenant, perTransaction, publishers] = [8, 8, 8, 50, 4];

if (process.argv[2] === 'sink') await serveSink(origins);
else await measure(Number(process.argv[2] ?? 40_000), process.argv[3]);

async function measure(count: number, url: string | undefined): Promise<void> {
  const sink = fork(new URL(import.meta.url), ['sink']);
  const [ports] = (await once(sink, 'message')) as [number[]];
  const folder = await mkdtemp(path.join(tmpdir(), 'mortise-bench-'));
  await chmod(folder, 0o711);
  const embedded =
    url === undefined ? await startEmbedded({ dataDir: path.join(folder, 'postgres') }) : undefined;
  try {
    const databaseUrl = url ?? embedded?.url ?? '';
    await migrate(databaseUrl);
    await bareSending(ports, Math.min(count, 5_000));
    const before = await bareSending(ports, count);
    const durable = await delivering(databaseUrl, ports, count);
    const after = await bareSending(ports, count);
    const baseline = (before + after) / 2;
    const round = (value: number) => Math.round(value);
    console.table({
      'bare undici, before': { perSecond: round(before) },
      'bare undici, after': { perSecond: round(after) },
      'durable delivery': { perSecond: round(durable) },
    });
    const ratio = Number((durable / baseline).toFixed(3));
    console.log(
      JSON.stringify({
        bench: 'delivery',
        value: round(durable),
        unit: 'deliveries/s',
        baseline: round(baseline),
        ratio,
      }),
    );
  } finally {
    sink.disconnect();
    await embedded?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function dataOf(n: number) {
  return { n, email: 'someone@example.com', name: 'Some One', changed: ['email', 'name'] };
}

/** The same bodies over the same connections, with nothing kept. */
async function bareSending(ports: readonly number[], count: number): Promise<number> {
  const pools = ports.map((port) => new Pool(`http://127.0.0.1:${port}`, { connections: 8, pipelining: 1 }));
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      for (let n = next++; n < count; n = next++) {
        const body = JSON.stringify({
          id: `evt_${n}`,
          type: 'contact.updated',
          timestamp: new Date(),
          data: dataOf(n),
        });
        const pool = pools[n % pools.length];
        const response = await pool?.request({
          method: 'POST',
          path: '/in',
          headers: { 'content-type': 'application/json' },
          body,
        });
        await response?.body.dump();
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(pools.map((pool) => pool.close()));
  return count / seconds;
}

async function delivering(url: string, ports: readonly number[], count: number): Promise<number> {
  const db = openDatabase({ url });
  const day = new Date().toISOString().slice(0, 10);
  await db.engine((tx) => tx.query(`call ensure_partitions('${day}')`));
  const rig = await startRig({ db });
  const ids: string[] = [];
  for (let tenant = 0; tenant < tenants; tenant++) {
    const tenantId = await addTenant(db);
    ids.push(tenantId);
    for (let webhook = 0; webhook < webhooksPerTenant; webhook++) {
      const port = ports[(tenant * webhooksPerTenant + webhook) % ports.length];
      await rig.addWebhook(tenantId, {
        url: `http://127.0.0.1:${port}/in`,
        events: [`contact${webhook}.updated`],
      });
    }
  }
  const publish = async (total: number): Promise<number> => {
    let left = total;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: publishers }, async (_, publisher) => {
        for (let turn = publisher; left > 0; turn++) {
          const size = Math.min(perTransaction, left);
          left -= size;
          // As callers from outside are: told to come back later while too much waits.
          while (rig.delivery.counts().accepted > 5_000)
            await new Promise((resolve) => setTimeout(resolve, 2));
          const events = Array.from({ length: size }, (__, n) => ({
            type: `contact${n % webhooksPerTenant}.updated`,
            subject: null,
            data: dataOf(n),
          }));
          await rig.append(ids[turn % ids.length] ?? '', events);
        }
      }),
    );
    await rig.delivery.idle();
    return total / ((performance.now() - began) / 1000);
  };
  await publish(3_000);
  const rate = await publish(count);
  const [row] = await db.engine((tx) =>
    tx.query<{ sent: number }>(`select count(*)::int as sent from attempts where outcome = 'delivered'`),
  );
  if (row?.sent !== count + 3_000)
    throw new Error(`${row?.sent ?? 0} attempts are logged of ${count + 3_000}`);
  await rig.stop();
  await db.close();
  return rate;
}
