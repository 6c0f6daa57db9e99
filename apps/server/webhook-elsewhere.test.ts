import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebhook, publishEvent, updateWebhook } from '@mortise/contract';
import { createClient } from '@mortise/sdk';
import { expect, test } from 'vitest';
import { findPort, localUrl } from './find-port.ts';
import { startTestServer } from './testing/start-test-server.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

test('what waits in the memory of another process for a webhook that is paused is not sent', async () => {
  const server = await startTestServer({ sandbox: false });
  const port = await findPort('127.0.0.1', 0, 'MORTISE_PORT');
  const peer = await server.startPeer(port);
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let received = 0;
  const endpoint = createServer((request, response) => {
    received += 1;
    request.resume();
    void gate.then(() => response.end());
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');

  const tenant = await server.createTenant('Acme');
  const url = localUrl('127.0.0.1', (endpoint.address() as AddressInfo).port);
  const { id } = await tenant.operator.call(createWebhook, {
    // One at a time for each of the two.
    body: { name: 'A webhook', url, events: ['*'], settings: { concurrency: 2 } },
  });
  const there = createClient({ baseUrl: localUrl('127.0.0.1', port), credential: server.operatorKey });
  await expect
    .poll(async () => {
      await there.forTenant(tenant.id).call(publishEvent, { body: { type: 'a.happened', data: {} } });
      return peer.delivery.counts().accepted;
    }, patiently)
    .toBeGreaterThan(3);
  await expect.poll(() => peer.delivery.counts().inFlight, patiently).toBe(1);

  await tenant.operator.call(updateWebhook, { params: { id }, body: { status: 'paused' } });
  await expect.poll(() => peer.delivery.counts().accepted, patiently).toBeLessThanOrEqual(1);
  const sent = received;
  open();
  await Promise.all([peer.delivery.idle(), server.mortise.delivery.idle()]);
  expect(received).toBe(sent);

  endpoint.close();
  await peer.stop();
  await server.stop();
});
