import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startReceiver } from '../support/receiver.ts';
import { createTestDatabase } from '../support/test-database.ts';

const main = fileURLToPath(new URL('../../apps/server/main.ts', import.meta.url));
const operatorKey = 'mor_operator_of_the_publish_crash_test_0123';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

it('killed in the middle of publishing, again and again: every 202 is there with its deliveries, each id once', async () => {
  const database = await createTestDatabase({ bare: true });
  const receiver = await startReceiver();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: database.url,
    MORTISE_MASTER_KEY: Buffer.alloc(32, 5).toString('base64'),
    MORTISE_OPERATOR_KEY: operatorKey,
    MORTISE_PORT: String(port),
    MORTISE_SANDBOX: 'off',
    MORTISE_EGRESS_ALLOW: '127.0.0.0/8',
    MORTISE_RATE_LIMIT_OPERATOR: '1000000',
    MORTISE_LOG_LEVEL: 'error',
  };
  async function start() {
    const child = spawn(process.execPath, [main], { env, stdio: 'ignore' });
    for (;;) {
      if (child.exitCode !== null) throw new Error('The server ended');
      const ready = await fetch(`${url}/api/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return child;
      await sleep(20);
    }
  }
  let tenant = '';
  async function call(method: string, way: string, body?: unknown) {
    const answer = await fetch(`${url}/api/${way}`, {
      method,
      headers: {
        authorization: `Bearer ${operatorKey}`,
        ...(tenant === '' ? {} : { 'mortise-tenant': tenant }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  let server = await start();
  tenant = (JSON.parse((await call('POST', 'tenants', { name: 'Acme' })).text) as { id: string }).id;
  await call('POST', 'webhooks', { name: 'Sink', url: receiver.url, events: ['order.*'] });

  /** The answer to each of the caller's ids; every publisher repeats an id until it has one. */
  const answers = new Map<string, string>();
  let over = false;
  const publishers = Array.from({ length: 16 }, async (_, publisher) => {
    for (let n = 0; !over; n++) {
      const id = `${publisher}-${n}`;
      for (;;) {
        const answer = await call('POST', 'events', { id, type: 'order.placed', data: { id } }).catch(
          () => undefined,
        );
        if (answer?.status === 202) {
          answers.set(id, answer.text);
          break;
        }
        // Whatever has happened: the same again, as the guide says.
        await sleep(10);
      }
    }
  });
  for (let kill = 1; kill <= 4; kill++) {
    const before = answers.size;
    await expect.poll(() => answers.size, { timeout: 60_000 }).toBeGreaterThan(before + 50);
    await sleep(Math.random() * 50);
    server.kill('SIGKILL');
    await once(server, 'exit');
    server = await start();
  }
  over = true;
  await Promise.all(publishers);

  const given = [...answers.values()].map(
    (text) => JSON.parse(text) as { id: string; deliveryCount: number },
  );
  expect(given.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
  const rows = await database.db.engine((tx) =>
    tx.query<{ id: string; own: string; deliveries: number }>(
      `select e.id, e.data ->> 'id' as own, (select count(*) from deliveries d where d.event_id = e.id) as deliveries
         from events e`,
    ),
  );
  expect(rows.map(({ own }) => own).toSorted()).toEqual([...answers.keys()].toSorted());
  expect(rows.every(({ deliveries }) => deliveries === 1)).toBe(true);
  // The same id once more gives the answer of before the crashes, byte for byte.
  for (const [id, text] of [...answers].slice(0, 20))
    expect((await call('POST', 'events', { id, type: 'order.placed', data: { id } })).text).toBe(text);
  const received = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
  await expect.poll(() => received().size, { timeout: 60_000 }).toBe(given.length);
  expect(received()).toEqual(new Set<unknown>(given.map(({ id }) => id)));
  server.kill('SIGTERM');
  await once(server, 'exit');
  await receiver.close();
  await database.drop();
});
