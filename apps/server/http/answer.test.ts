import { defineRoute } from '@mortise/contract';
import { createLogger } from '@mortise/platform/telemetry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { createHttp } from './server.ts';
import { on } from './table.ts';

let server: TestServer;
const logged: string[] = [];
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
});
afterAll(() => server.stop());

const thing = defineRoute({
  name: 'readThing',
  method: 'GET',
  path: '/api/thing',
  tag: 'Test',
  summary: 'A thing',
  response: z.object({ name: z.string(), inner: z.object({ a: z.int() }) }),
});
const appOf = (answer: () => Promise<never>) =>
  createHttp({
    db: server.db,
    vault: undefined as never,
    signIn: server.mortise.signIn,
    operatorKey: server.operatorKey,
    publicUrl: server.url,
    trustProxy: [],
    logger: createLogger({ level: 'error', write: (line) => void logged.push(line) }),
    lines: [on(thing, 'public', answer)],
    rateLimits: { standard: 1000, operator: 1000, links: 1000 },
  }).app;

test('a field that the contract does not name never leaves', async () => {
  const app = appOf(
    async () => ({ name: 'x', secret: 'hunter2', inner: { a: 1, password: 'hunter2' } }) as never,
  );
  const answer = await app.inject('/api/thing');
  expect(answer.json()).toEqual({ name: 'x', inner: { a: 1 } });
  await app.close();
});

test('an answer that breaks the contract is an error of ours that tells nothing of it', async () => {
  const app = appOf(async () => ({ name: 'hunter2', inner: null }) as never);
  const answer = await app.inject('/api/thing');
  expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal']);
  expect(answer.body).not.toContain('hunter2');
  await app.close();
});

test('what a handler throws is read by the operator in the log, by the request id, and by nobody else', async () => {
  const app = appOf(async () => {
    throw new Error('The disk /var/lib/secret-path is full');
  });
  const answer = await app.inject('/api/thing');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toMatch(/disk|secret-path|Error/);
  const line = logged.find((entry) => entry.includes(String(answer.headers['x-request-id'])));
  expect(line).toContain('secret-path');
  await app.close();
});
