import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createClient, publish } from './index.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Event {
  id: string;
  type: string;
}

/** A log that knows an event by its id; `answer` says what becomes of the nth request. */
async function serve(answer: (nth: number) => 'taken' | 'lost' | 429 | 422) {
  const log = new Map<string, Event>();
  const requests: Event[][] = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const { events } = JSON.parse(text) as { events: Event[] };
      const what = answer(requests.push(events));
      const send = (status: number, value: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      };
      if (typeof what === 'number')
        return send(what, { type: '', title: 'No', status: what, code: 'overloaded', requestId: 'r' });
      for (const event of events) log.set(event.id, event);
      if (what === 'lost') return void request.socket.destroy();
      return send(202, { data: events.map(({ id, type }) => ({ id: `evt_${id}`, type })) });
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { client: createClient({ baseUrl }), log, requests };
}

const retry = { tries: 4, firstDelayMs: 1, maxDelayMs: 5 };
const events = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: 'order.placed', data: { n } }));

it('an answer that was lost, or that said later, is asked for again under the same ids', async () => {
  const { client, log, requests } = await serve((nth) => (['lost', 429] as const)[nth - 1] ?? 'taken');
  const published = await publish(client, events(3), { retry });
  expect([published.length, log.size, requests.length]).toEqual([3, 3, 3]);
  expect(new Set(requests.map((sent) => sent.map(({ id }) => id).join())).size).toBe(1);
});

it('what is refused for good is thrown at once', async () => {
  const { client, requests } = await serve(() => 422);
  await expect(publish(client, events(1), { retry })).rejects.toMatchObject({ status: 422 });
  expect(requests).toHaveLength(1);
});

it('many are sent in batches that the server takes, in their order', async () => {
  const { client, requests } = await serve(() => 'taken');
  const large = { type: 'order.placed', data: { text: 'x'.repeat(200_000) } };
  await publish(client, [...events(1_001), ...Array.from({ length: 9 }, () => large)], { retry });
  expect(requests.map((sent) => sent.length)).toEqual([500, 500, 5, 4, 1]);
});
