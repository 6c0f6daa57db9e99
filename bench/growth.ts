// `npm run bench -- growth [stored millions] [deliveries a round]`: what a store of millions of deliveries does to the
// rate of durable delivery. Baseline: an empty store on the same server, in turns. Then what people ask of such a store,
// for its largest tenant. It takes about 1.6 GB of disk a million, and the log of writes; without DATABASE_URL in the temporary folder.
import pg from 'pg';
import { listDeliveries, readUndelivered } from '@mortise/contract';
import { newId, publicId, systemClock } from '@mortise/core/kernel';
import { insertReplay } from '../core/delivery/replay-store.ts';
import { runReplay } from '../core/delivery/run-replay.ts';
import { bodyOf, contextOf, startRig, type Rig } from '../core/delivery/testing/rig.ts';
import { addSubscribers, deliver, type Subscribers } from './support/deliver.ts';
import { fillStore } from './support/fill-store.ts';
import { percentiles } from './support/offer.ts';
import { openServer } from './support/open-server.ts';
import { openStore } from './support/open-store.ts';
import { printResult } from './support/print-result.ts';
import { startSinks } from './support/start-sinks.ts';

const [, , millions = '10', perRound = '20000'] = process.argv;
const [stored, round] = [Math.round(Number(millions) * 1e6), Number(perRound)];
const [tenants, types, otherTenants, rounds, asked] = [8, 8, 192, 4, 40];

interface Store {
  rig: Rig;
  subscribers: Subscribers;
}

const sinks = await startSinks(8);
const server = await openServer();
try {
  const empty = await open(server.url);
  const fullUrl = await server.addDatabase();
  const full = await open(fullUrl);
  await fill(full, fullUrl);

  const rates = new Map<Store, number[]>([
    [empty, []],
    [full, []],
  ]);
  for (const store of [empty, full]) await deliver(store.rig, store.subscribers, 5_000);
  // Around one another, so that both meet the same machine.
  for (let n = 0; n < rounds; n++)
    for (const store of n % 2 === 0 ? [empty, full] : [full, empty])
      rates.get(store)?.push(await deliver(store.rig, store.subscribers, round));
  const rateOf = (store: Store) => {
    const all = rates.get(store) ?? [];
    return all.length / all.reduce((sum, rate) => sum + 1 / rate, 0);
  };
  const [baseline, value] = [rateOf(empty), rateOf(full)];
  const rows = {
    'deliveries, empty store': { perSecond: baseline },
    'deliveries, full store': { perSecond: value },
    ...(await askAll(full)),
  };
  for (const { rig } of [empty, full]) {
    await rig.stop();
    await rig.db.close();
  }
  printResult(rows, { bench: 'growth', value, unit: 'deliveries/s', baseline });
} finally {
  sinks.close();
  await server.close();
}

async function open(url: string): Promise<Store> {
  const rig = await startRig({ db: await openStore(url) });
  const shape = { tenants, types, fanOut: 1 };
  const urlOf = (n: number) => `${sinks.urls[n % sinks.urls.length]}/in`;
  return { rig, subscribers: await addSubscribers(rig, shape, urlOf) };
}

/** Fills a store for those who will send and many others, and leaves it as autovacuum would have in time. */
async function fill({ rig, subscribers }: Store, url: string): Promise<void> {
  const owners = { tenantIds: [...subscribers.tenantIds], webhookIds: [...subscribers.webhookIds] };
  const began = performance.now();
  await rig.db.engine(async (tx) => {
    for (let n = 0; n < otherTenants; n++) {
      const id = newId();
      owners.tenantIds.push(id);
      await tx.query(`insert into tenants (id, name) values ($1, 'Another')`, [id]);
      const webhookIds = Array.from({ length: types }, newId);
      owners.webhookIds.push(...webhookIds);
      await tx.query(
        `insert into webhooks (tenant_id, id, name, url, events, status)
         select $1, id, 'Another', 'http://127.0.0.1:9/in', '{contact0.updated}', 'active' from unnest($2::uuid[]) as id`,
        [id, webhookIds],
      );
    }
  });
  await fillStore(rig.db, owners, stored);
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const filled = performance.now();
  await admin.query('vacuum (analyze)');
  await admin.query('checkpoint');
  const { rows } = await admin.query<{ bytes: string }>(
    'select pg_database_size(current_database()) as bytes',
  );
  await admin.end();
  const [fillS, vacuumS] = [filled - began, performance.now() - filled].map((ms) => Math.round(ms / 1_000));
  const gigabytes = (Number(rows[0]?.bytes) / 1e9).toFixed(1);
  console.log(
    `${millions} million deliveries stored in ${fillS} s, vacuumed in ${vacuumS} s: ${gigabytes} GB of disk.`,
  );
}

/** How long the largest tenant waits for what it asks, the same again and again: as a page that is looked at. */
async function askAll({ rig, subscribers }: Store) {
  const [tenantId = '', webhookIds] = [subscribers.tenantIds[0], subscribers.webhookIds.slice(0, types)];
  const rows: Record<string, { 'p50 ms': number; 'p99 ms': number }> = {};
  const note = (what: string, tookUs: readonly number[]) => {
    const { p50, p99 } = percentiles(tookUs);
    rows[what] = { 'p50 ms': p50, 'p99 ms': p99 };
  };
  const time = async (what: string, ask: () => Promise<{ data: readonly unknown[] }>) => {
    const tookUs: number[] = [];
    let found = 0;
    for (let n = 0; n < asked; n++) {
      const began = performance.now();
      found = (await ask()).data.length;
      tookUs.push((performance.now() - began) * 1_000);
    }
    note(`${what} (${found})`, tookUs);
  };
  const context = contextOf(tenantId);
  const list = (given: Record<string, unknown>) => async () => {
    const query = listDeliveries.query.parse(given);
    return bodyOf(await rig.routes.deliveries(context, { params: undefined, query, body: undefined }));
  };
  const undelivered = async () => {
    const query = readUndelivered.query.parse({});
    return bodyOf(await rig.routes.undelivered(context, { params: undefined, query, body: undefined }));
  };
  const webhookId = publicId('webhook', webhookIds[0] ?? '');
  await time('list, newest', list({}));
  await time('list, failed', list({ status: 'failed' }));
  await time('list, retrying', list({ status: 'retrying' }));
  await time('list, delivered', list({ status: 'delivered' }));
  await time('list, of a webhook', list({ webhookId }));
  await time('list, failed of a webhook', list({ status: 'failed', webhookId }));
  await time('undelivered', undelivered);
  // What a replay queues then stays there: nothing is sent while the next is measured.
  await rig.db.tenant(tenantId, (tx) => tx.query(`update webhooks set status = 'paused'`));
  for (const what of ['missing', 'failed'] as const)
    note(`replay of ${what}, a chunk`, await timeChunks(rig, tenantId, webhookIds, what));
  return rows;
}

/** @returns microseconds that each of some chunks of replays took, over all that is stored */
async function timeChunks(
  { db }: Rig,
  tenantId: string,
  webhookIds: readonly string[],
  what: 'missing' | 'failed',
): Promise<number[]> {
  const tookUs: number[] = [];
  for (const webhookId of webhookIds) {
    const replayId = newId();
    const [to, from] = [new Date(), new Date(Date.now() - 31 * 86_400_000)];
    await db.tenant(tenantId, (tx) =>
      insertReplay(tx, tenantId, {
        id: replayId,
        webhookId,
        what,
        eventTypes: null,
        from,
        to,
        perSecond: 1_000_000,
        cursorId: '00000000-0000-0000-0000-000000000000',
        now: to,
        traceId: newId(),
      }),
    );
    const enough = new AbortController();
    let [chunks, began] = [0, performance.now()];
    const publish = () => {
      tookUs.push((performance.now() - began) * 1_000);
      chunks += 1;
      if (chunks === asked / 4) enough.abort();
      began = performance.now();
    };
    const deps = { db, clock: systemClock, hints: { publish }, wake: () => {} };
    await runReplay(deps, { tenantId, replayId }, enough.signal).catch((error: unknown) => {
      if (!enough.signal.aborted) throw error;
    });
    await db.tenant(tenantId, (tx) => tx.query(`delete from replays where id = $1`, [replayId]));
  }
  return tookUs;
}
