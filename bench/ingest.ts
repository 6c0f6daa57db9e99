// What taking requests in costs beside a bare Fastify that takes the same ones: posted, verified by HMAC, committed,
// acknowledged. A second figure has this process turn them into events besides. node bench/ingest.ts [requests]
import { fork, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { Pool } from 'undici';
import { createSource, createTenant } from '@mortise/contract';
import { createLogger } from '@mortise/platform/telemetry';
import { createClient } from '@mortise/sdk';
import { compose } from '../apps/server/compose.ts';
import { readConfig } from '../apps/server/config.ts';
import { openServer } from './support/open-server.ts';
import { printResult } from './support/print-result.ts';
import { watchCpu, type CpuUse } from './support/watch-cpu.ts';

const [connections, tenants] = [64, 8];

interface Order {
  targets: { url: string; secret: string }[];
  count: number;
}

if (process.argv[2] === 'load') serveLoad();
else await measure(Number(process.argv[2] ?? 40_000));

function bodyOf(n: number): string {
  const data = { n, nonce: randomBytes(8).toString('hex'), email: 'someone@example.com', name: 'Some One' };
  return JSON.stringify({ id: `evt_${n}`, type: 'contact.updated', data, changed: ['email', 'name'] });
}

/** Posts what it is told to from a process of its own, so that making requests costs the server nothing. */
function serveLoad(): void {
  process.on('message', (order: Order) => void post(order).then((rate) => process.send?.(rate)));
  process.once('disconnect', () => process.exit());
}

async function post({ targets, count }: Order): Promise<number> {
  const requests = Array.from({ length: count }, (_, n) => {
    const { url, secret } = targets[n % targets.length]!;
    const body = bodyOf(n);
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-signature': `sha256=${signature}` };
    return { path: new URL(url).pathname, method: 'POST' as const, headers, body };
  });
  const pool = new Pool(new URL(targets[0]!.url).origin, { connections, pipelining: 1 });
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let n = next++; n < count; n = next++) {
        const answer = await pool.request(requests[n]!);
        await answer.body.dump();
        if (answer.statusCode !== 200) throw new Error(`Answered ${answer.statusCode}`);
      }
    }),
  );
  const rate = count / ((performance.now() - began) / 1000);
  await pool.close();
  return rate;
}

async function load(child: ChildProcess, order: Order): Promise<number> {
  child.send(order);
  const [rate] = (await once(child, 'message')) as [number];
  return rate;
}

/** As little as takes a body: the bytes whole, an answer of the same length. */
async function bare(child: ChildProcess, count: number): Promise<number> {
  const app = Fastify({ logger: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/in/:token', async (_request, reply) =>
    reply.type('application/json').send('{"id":"rcp_01m89z923jehnvhsqn6b3ne6qe"}'),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/in/${'x'.repeat(43)}`;
  const rate = await load(child, { targets: [{ url, secret: 'x' }], count });
  await app.close();
  return rate;
}

async function ours(child: ChildProcess, databaseUrl: string, role: 'api' | 'all', count: number) {
  const config = readConfig({ MORTISE_ROLE: role, MORTISE_SANDBOX: 'off' });
  const operatorKey = `mor_operator_${randomBytes(24).toString('base64url')}`;
  const mortise = await compose({
    config,
    secrets: { masterKeys: [Buffer.alloc(32, 7)], operatorKey, generated: new Set() },
    databaseUrl,
    publicUrl: 'http://127.0.0.1',
    sandbox: undefined,
    logger: createLogger({ level: 'warn' }),
  });
  const day = new Date().toISOString().slice(0, 10);
  await mortise.db.engine((tx) => tx.query(`call ensure_partitions('${day}')`));
  await mortise.app.listen({ port: 0, host: '127.0.0.1' });
  await mortise.start();
  const { port } = mortise.app.server.address() as AddressInfo;
  const operator = createClient({ baseUrl: `http://127.0.0.1:${port}`, credential: operatorKey });
  const targets: Order['targets'] = [];
  for (let n = 0; n < tenants; n++) {
    const { id } = await operator.call(createTenant, { body: { name: `Tenant ${n}` } });
    const source = await operator.forTenant(id).call(createSource, {
      body: {
        name: 'Orders',
        eventType: 'order.placed',
        perMinute: 10_000_000,
        scheme: { type: 'hmac', header: 'x-signature', prefix: 'sha256=' },
      },
    });
    const { pathname } = new URL(source.url ?? '');
    targets.push({ url: `http://127.0.0.1:${port}${pathname}`, secret: source.secret ?? '' });
  }
  await load(child, { targets, count: 2_000 });
  const used = watchCpu();
  const rate = await load(child, { targets, count });
  const cpu = used(count);
  const began = performance.now();
  const kept = await mortise.db.engine((tx) =>
    tx.query<{ n: number }>(`select count(*)::int as n from receipts where verdict = 'accepted'`),
  );
  let waiting = role === 'all' ? 1 : 0;
  while (waiting > 0) {
    const [row] = await mortise.db.engine((tx) =>
      tx.query<{ n: number }>('select count(*)::int as n from ingest_queue'),
    );
    waiting = row?.n ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const restMs = performance.now() - began;
  await mortise.stop();
  return { rate, cpu, kept: kept[0]?.n ?? 0, restMs };
}

function costs({ own, machine, busy }: CpuUse) {
  return { 'CPU µs of Node': Math.round(own), 'CPU µs of all': Math.round(machine), 'cores busy': busy };
}

async function measure(count: number): Promise<void> {
  const child = fork(new URL(import.meta.url), ['load']);
  const server = await openServer();
  try {
    await bare(child, 5_000);
    const before = await bare(child, count);
    const taking = await ours(child, server.url, 'api', count);
    const after = await bare(child, count);
    if (taking.kept !== count + 2_000)
      throw new Error(`${taking.kept} receipts are kept of ${count + 2_000}`);
    // In a database of its own: what the first left in the queue would be worked off too.
    const working = await ours(child, await server.addDatabase(), 'all', count);
    const rows = {
      'bare Fastify, before': { perSecond: before },
      'bare Fastify, after': { perSecond: after },
      'verified, committed, acknowledged': { perSecond: taking.rate, ...costs(taking.cpu) },
      'the same, and turned into events meanwhile': { perSecond: working.rate, ...costs(working.cpu) },
      'all of them events, in the end': { perSecond: count / (count / working.rate + working.restMs / 1000) },
    };
    const baseline = (before + after) / 2;
    printResult(rows, { bench: 'ingest', value: taking.rate, unit: 'requests/s', baseline });
  } finally {
    child.disconnect();
    await server.close();
  }
}
