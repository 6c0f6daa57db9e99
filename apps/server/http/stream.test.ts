import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Hint } from '@mortise/contract';
import { listMembers, removeMember } from '@mortise/contract';
import { bareId } from '@mortise/core/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestPerson, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
});
afterAll(() => server.stop());

/** An open stream as a browser has it: what was said, and when it ended. */
async function listen(person: { fetch: TestPerson['fetch'] }, headers: Record<string, string> = {}) {
  const answer = await person.fetch('/api/stream', { headers });
  const hints: Hint[] = [];
  const comments: string[] = [];
  let text = '';
  let ended = false;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data !== undefined) hints.push(JSON.parse(data) as Hint);
        else comments.push(frame);
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => (ended = true));
  return { answer, hints, comments, reading, ended: () => ended };
}

test('a stream begins with resync and carries the hints of its own tenant alone', async () => {
  const other = await server.createTenant('Other');
  const outsider = await server.member(other.id, 'viewer');
  const [mine, theirs] = [await listen(owner), await listen(outsider)];
  expect(mine.answer.headers.get('content-type')).toContain('text/event-stream');
  const member = await server.member(owner.tenantId, 'viewer');
  const { data } = await owner.client.call(listMembers);
  const { id } = data.find(({ email }) => email === member.email)!;
  await owner.client.call(removeMember, { params: { id } });
  await vi.waitFor(() => expect(mine.hints).toContainEqual({ kind: 'member', id }));
  expect(mine.hints[0]).toEqual({ kind: 'resync' });
  // What is said to everyone comes after whatever was wrongly said before it.
  await server.mortise.stream.tick();
  await vi.waitFor(() => expect(theirs.comments.length).toBeGreaterThan(0));
  expect(theirs.hints).toEqual([{ kind: 'resync' }]);
  for (const { answer } of [mine, theirs]) await answer.body?.cancel().catch(() => undefined);
});

test('nobody without a credential and a tenant gets a stream, and HEAD does not open one', async () => {
  expect((await fetch(`${server.url}/api/stream`)).status).toBe(401);
  expect(
    (await fetch(`${server.url}/api/stream`, { headers: { authorization: `Bearer ${server.operatorKey}` } }))
      .status,
  ).toBe(400);
  expect((await owner.fetch('/api/stream', { method: 'HEAD' })).status).toBe(404);
});

test('a stream ends at the next tick once the session has ended; others stay', async () => {
  const person = await server.member(owner.tenantId, 'viewer');
  const [leaving, staying] = [await listen(person), await listen(owner)];
  await vi.waitFor(() => expect(leaving.hints).toHaveLength(1));
  await server.mortise.stream.tick();
  await vi.waitFor(() => expect(leaving.comments).toEqual([': still here']));
  expect(leaving.ended()).toBe(false);
  await person.client.signOut();
  await server.mortise.stream.tick();
  await leaving.reading;
  expect(staying.ended()).toBe(false);
  await staying.answer.body?.cancel().catch(() => undefined);
});

test('who is removed from the tenant is cut off at once, without a tick', async () => {
  const person = await server.member(owner.tenantId, 'viewer');
  const stream = await listen(person);
  const { data } = await owner.client.call(listMembers);
  const { id } = data.find(({ email }) => email === person.email)!;
  await owner.client.call(removeMember, { params: { id } });
  await stream.reading;
  expect(stream.ended()).toBe(true);
});

test('a reader that takes nothing in is cut off before much is held for it', async () => {
  const reader = Promise.withResolvers<IncomingMessage>();
  const headers = { cookie: String(owner.jar), 'mortise-tenant': owner.tenantId };
  const asking = request(`${server.url}/api/stream`, { headers, agent: false }, (answer) => {
    answer.pause();
    reader.resolve(answer);
  });
  asking.end();
  const answer = await reader.promise;
  const cut = once(answer, 'error');
  const tenantId = bareId('tenant', owner.tenantId);
  // More than the buffers of both ends' kernels take in.
  for (let sent = 0; sent < 4_000; sent++) {
    server.mortise.hints.publish(tenantId, { kind: 'event', id: 'x'.repeat(6_000) });
    if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  let received = 0;
  answer.on('data', (data: Buffer) => (received += data.length));
  answer.resume();
  const [error] = (await cut) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  expect(received).toBeLessThan(20_000_000);
});

test('stopping the server ends the streams instead of waiting for them', async () => {
  const own = await startTestServer({ role: 'api', sandbox: false });
  const person = await own.owner();
  const stream = await listen(person);
  await own.stop();
  await stream.reading;
  expect(stream.ended()).toBe(true);
});
