// What a published event costs over HTTP, from the request to the recorded delivery, beside a bare Fastify that answers
// 202 to the same bodies and keeps nothing.
// node bench/publish.ts [events a run] [connections,…] [tenants]
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createTenant, createWebhook } from '@mortise/contract';
import { createLogger } from '@mortise/platform/telemetry';
import { createClient } from '@mortise/sdk';
import Fastify from 'fastify';
import { compose } from '../apps/server/compose.ts';
import { readConfig } from '../apps/server/config.ts';
import { openServer } from './support/open-server.ts';
import { printResult } from './support/print-result.ts';
import { startSinks } from './support/start-sinks.ts';
import { watchCpu } from './support/watch-cpu.ts';

const operatorKey = `mor_operator_${randomBytes(24).toString('base64url')}`;

interface Load {
  key: string;
  port: number;
  connections: number;
  count: number;
  tenants: string[];
}

interface Outcome {
  seconds: number;
  refused: number;
  p50Ms: number;
  p99Ms: number;
}

if (process.argv[2] === 'load') serveLoad();
else {
  const [, , count = '40000', connections = '16,64,256', tenants = '8'] = process.argv;
  await measure(Number(count), connections.split(',').map(Number), Number(tenants));
}

const bodyOf = (n: number) =>
  JSON.stringify({
    type: 'order.placed',
    subject: `order-${n}`,
    data: { n, email: 'someone@example.com', name: 'Some One', lines: [{ sku: 'A-1', quantity: 2 }] },
  });

/** Sends requests as told, each connection one after the other, over bare sockets: as little of the machine as can be. */
function serveLoad(): void {
  process.on('message', (load: Load) => void run(load).then((outcome) => process.send?.(outcome)));
  process.once('disconnect', () => process.exit());
}

async function run({ key, port, connections, count, tenants }: Load): Promise<Outcome> {
  const took: number[] = [];
  let [next, refused] = [0, 0];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      await once(socket, 'connect');
      let answered: (head: string) => void = () => {};
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        const end = text.indexOf('\r\n\r\n');
        if (end === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const head = text.slice(0, end);
        text = '';
        answered(head);
      });
      const tenant = tenants[connection % tenants.length] ?? '';
      const head = `POST /api/events HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\nmortise-tenant: ${tenant}\r\ncontent-type: application/json\r\n`;
      for (let n = next++; n < count; n = next++) {
        const body = bodyOf(n);
        const request = `${head}content-length: ${body.length}\r\n\r\n${body}`;
        for (;;) {
          const asked = performance.now();
          const answer = await new Promise<string>((resolve) => {
            answered = resolve;
            socket.write(request);
          });
          const status = answer.slice(9, 12);
          if (status === '202') {
            took.push(performance.now() - asked);
            break;
          }
          if (status !== '429') throw new Error(answer);
          refused += 1;
          const seconds = Number(/retry-after: (\d+)/i.exec(answer)?.[1] ?? 1);
          await new Promise((resolve) => setTimeout(resolve, seconds * 1000 * Math.random()));
        }
      }
      socket.destroy();
    }),
  );
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0;
  return { seconds: (performance.now() - began) / 1000, refused, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function ask(child: ChildProcess, load: Omit<Load, 'key'>): Promise<Outcome> {
  const answer = once(child, 'message');
  child.send({ ...load, key: operatorKey });
  return ((await answer) as [Outcome])[0];
}

/** The same bodies, answered at once. @returns requests a second */
async function bare(load: ChildProcess, count: number, connections: number): Promise<number> {
  const app = Fastify();
  app.post('/api/events', (_request, reply) => void reply.code(202).send({ id: 'evt_1', deliveryCount: 1 }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const { seconds } = await ask(load, { port, connections, count, tenants: ['ten'] });
  await app.close();
  return count / seconds;
}

async function measure(count: number, connections: readonly number[], tenants: number): Promise<void> {
  const load = fork(new URL(import.meta.url), ['load']);
  const sinks = await startSinks(8);
  const server = await openServer();
  try {
    const config = readConfig({
      MORTISE_EGRESS_ALLOW: '127.0.0.0/8',
      MORTISE_RATE_LIMIT_OPERATOR: '10000000',
      MORTISE_SANDBOX: 'off',
    });
    const mortise = await compose({
      config,
      secrets: { masterKeys: [randomBytes(32)], operatorKey, generated: new Set() },
      databaseUrl: server.url,
      publicUrl: 'http://127.0.0.1',
      sandbox: undefined,
      logger: createLogger({ level: 'warn' }),
    });
    await mortise.app.listen({ host: '127.0.0.1', port: 0 });
    await mortise.start();
    const { port } = mortise.app.server.address() as AddressInfo;
    const operator = createClient({ baseUrl: `http://127.0.0.1:${port}`, credential: operatorKey });
    const ids: string[] = [];
    for (let n = 0; n < tenants; n++) {
      const { id } = await operator.call(createTenant, { body: { name: `Tenant ${n}` } });
      // One subscribes to what is published, one does not: a fan-out of 1 that has to be found.
      for (const events of [['order.*'], ['invoice.*']]) {
        const url = `${sinks.urls[n % sinks.urls.length]}/in`;
        await operator.forTenant(id).call(createWebhook, { body: { name: 'Sink', url, events } });
      }
      ids.push(id);
    }
    const delivered = async () => {
      const [row] = await mortise.db.engine((tx) =>
        tx.query<{ n: number }>(`select count(*) as n from attempts where outcome = 'delivered'`),
      );
      return row?.n ?? 0;
    };
    let sent = 0;
    const publish = async (many: number, each: number) => {
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, mortise.delivery.counts().accepted)), 20);
      const [began, used] = [performance.now(), watchCpu()];
      const outcome = await ask(load, { port, connections: each, count: many, tenants: ids });
      await mortise.delivery.idle();
      const seconds = (performance.now() - began) / 1000;
      clearInterval(watch);
      const cpu = used(many);
      sent += many;
      while ((await delivered()) < sent) await new Promise((resolve) => setTimeout(resolve, 20));
      return { ...outcome, perSecond: many / seconds, most, cpu };
    };

    await bare(load, 10_000, 64);
    await publish(5_000, 64);
    const before = await bare(load, count, 64);
    const rows: Record<string, Record<string, number>> = {};
    let value = 0;
    for (const each of connections) {
      const one = await publish(count, each);
      if (each === 64 || value === 0) value = one.perSecond;
      rows[`${each} connections`] = {
        'delivered/s': one.perSecond,
        'accepted/s': count / one.seconds,
        'p50 ms': one.p50Ms,
        'p99 ms': one.p99Ms,
        'CPU µs of Node': Math.round(one.cpu.own),
        'CPU µs of all': Math.round(one.cpu.machine),
        'cores busy': one.cpu.busy,
        'told 429': one.refused,
        'most in memory': one.most,
      };
    }
    const baseline = (before + (await bare(load, count, 64))) / 2;
    rows['bare Fastify, 64'] = { 'accepted/s': baseline };
    await mortise.stop();
    printResult(rows, { bench: 'publish', value, unit: 'published and delivered events/s', baseline });
  } finally {
    sinks.close();
    load.disconnect();
    await server.close();
  }
}
