// `npm run bench -- delivery [deliveries] [variant,…]`: what durable delivery costs beside bare sending. Events in, each
// to its webhooks, signed, sent, every attempt logged. Baseline of each: bare undici that posts as many of the same bodies
// to the same endpoints and keeps nothing, before and after; beside it the same with each signed, as ours are. The last
// line tells of the first variant.
import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Pool } from 'undici';
import { signedHeaders } from '../core/delivery/sign.ts';
import { certificates } from '../platform/egress/testing/certificates.ts';
import { startRig } from '../core/delivery/testing/rig.ts';
import { addSubscribers, dataOf, deliver } from './support/deliver.ts';
import { openServer } from './support/open-server.ts';
import { openStore } from './support/open-store.ts';
import { printResult } from './support/print-result.ts';
import { startSinks } from './support/start-sinks.ts';
import { watchCpu, type CpuUse } from './support/watch-cpu.ts';

interface Variant {
  tenants: number;
  types: number;
  fanOut: number;
  /** Of how many endpoints one fails: it answers 500. */
  failing?: number;
  scheme?: 'https';
}

const origins = 8;
const warmUp = 10_000;
const variants: Record<string, Variant> = {
  'fan-out-1': { tenants: 8, types: 8, fanOut: 1 },
  'fan-out-10': { tenants: 8, types: 1, fanOut: 10 },
  'fan-out-100': { tenants: 8, types: 1, fanOut: 100 },
  'failing-1%': { tenants: 10, types: 10, fanOut: 1, failing: 100 },
  'failing-10%': { tenants: 10, types: 10, fanOut: 1, failing: 10 },
  tls: { tenants: 8, types: 8, fanOut: 1, scheme: 'https' },
};

const [, , given = '30000', chosen = Object.keys(variants).join(',')] = process.argv;
/** Whole events of every fan-out. */
const count = Math.ceil(Number(given) / 100) * 100;
const names = chosen.split(',');
const unknown = names.filter((name) => variants[name] === undefined);
if (!(count >= 1_000) || unknown.length > 0) {
  console.error(`Give a count from 1000 on, and some of ${Object.keys(variants).join(', ')}.`);
  process.exit(1);
}

/** Rates, a second, and what a delivery cost. */
interface Measured {
  value: number;
  cpu: CpuUse;
  baseline: number;
  signed: number;
}

const measured: (Measured & { name: string })[] = [];
for (const name of names) measured.push({ name, ...(await measure(variants[name]!)) });
const [first] = measured;
if (first !== undefined) {
  const rows = measured.map(({ name, value, cpu, baseline, signed }) => [
    name,
    {
      'deliveries/s': value,
      'bare undici/s': baseline,
      ratio: value / baseline,
      'bare and signed/s': signed,
      'ratio to it': value / signed,
      'CPU µs of Node': Math.round(cpu.own),
      'CPU µs of all': Math.round(cpu.machine),
      'cores busy': cpu.busy,
    },
  ]);
  const bench = first.name === 'fan-out-1' ? 'delivery' : `delivery, ${first.name}`;
  const { value, baseline } = first;
  printResult(Object.fromEntries(rows), { bench, value, unit: 'deliveries/s', baseline });
}

/** A variant on endpoints and a database of its own. */
async function measure(variant: Variant): Promise<Measured> {
  const { failing, scheme } = variant;
  const sinks = await startSinks(origins, scheme);
  const pathOf = (n: number) => (failing !== undefined && n % failing === 0 ? '/fail' : '/in');
  const server = await openServer();
  try {
    const before = await bareSending(sinks.urls, pathOf, count);
    const { rate: value, cpu } = await durable(
      server.url,
      variant,
      (n) => `${sinks.urls[n % origins]}${pathOf(n)}`,
    );
    const after = await bareSending(sinks.urls, pathOf, count);
    const signed = await bareSending(sinks.urls, pathOf, count, createSecretKey(randomBytes(24)));
    return { value, cpu, baseline: (before + after) / 2, signed };
  } finally {
    sinks.close();
    await server.close();
  }
}

/**
 * The same bodies over the same connections, with nothing kept.
 *
 * @param key signs each, if given
 * @returns requests a second
 */
async function bareSending(
  urls: readonly string[],
  pathOf: (n: number) => string,
  requests: number,
  key?: KeyObject,
): Promise<number> {
  const connect = { ca: certificates.authority };
  const pools = urls.map((url) => new Pool(url, { connections: 8, pipelining: 1, connect }));
  async function send(many: number): Promise<number> {
    let next = 0;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        for (let n = next++; n < many; n = next++) {
          const event = { id: `evt_${n}`, type: 'contact.updated', timestamp: new Date(), data: dataOf(n) };
          const body = Buffer.from(JSON.stringify(event));
          const signature =
            key === undefined ? {} : signedHeaders({ id: event.id, body }, [key], event.timestamp);
          const response = await pools[n % pools.length]?.request({
            method: 'POST',
            path: pathOf(n),
            headers: { 'content-type': 'application/json', ...signature },
            body,
          });
          await response?.body.dump();
        }
      }),
    );
    return many / ((performance.now() - began) / 1_000);
  }
  // Connections are open and the code is warm by then, as they are on the other side.
  await send(warmUp);
  const rate = await send(requests);
  await Promise.all(pools.map((pool) => pool.close()));
  return rate;
}

/** @returns deliveries a second, a failed attempt counting as one: its retry is a day off */
async function durable(
  url: string,
  variant: Variant,
  urlOf: (n: number) => string,
): Promise<{ rate: number; cpu: CpuUse }> {
  const db = await openStore(url);
  const rig = await startRig({
    db,
    ca: certificates.authority,
    // Circuits that stay closed: an open one would keep attempts from being made, and those are what is counted.
    circuitRules: { consecutive: Infinity, share: Infinity },
  });
  const subscribers = await addSubscribers(rig, variant, urlOf);
  await deliver(rig, subscribers, warmUp);
  const used = watchCpu();
  const rate = await deliver(rig, subscribers, count);
  const cpu = used(count);
  const [row] = await db.engine((tx) =>
    tx.query<{ delivered: number; failed: number }>(
      `select count(*) filter (where outcome = 'delivered') as delivered,
              count(*) filter (where outcome = 'retrying') as failed from attempts`,
    ),
  );
  await rig.stop();
  await db.close();
  const { delivered = 0, failed = 0 } = row ?? {};
  const due = warmUp + count;
  if (delivered + failed !== due || failed > 0 !== (variant.failing !== undefined))
    throw new Error(`Of ${due}: ${delivered} attempts delivered, ${failed} failed`);
  return { rate, cpu };
}
