import fc from 'fast-check';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { addressGroup, createRateLimit } from './rate-limit.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    role: 'api',
    sandbox: false,
    settings: { MORTISE_RATE_LIMIT: '20', MORTISE_RATE_LIMIT_OPERATOR: '50', MORTISE_RATE_LIMIT_LINKS: '5' },
  });
});
afterAll(() => server.stop());

const times = async (count: number, ask: () => Promise<Response>) => {
  const answers: Response[] = [];
  for (let index = 0; index < count; index++) answers.push(await ask());
  return answers;
};
const statuses = (answers: Response[]) => answers.map((answer) => answer.status);

test('what takes the secret of a link may be asked a few times a minute; each answer says how many are left', async () => {
  const look = () =>
    fetch(`${server.url}/api/invitations/look-up`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': `198.51.100.${Math.floor(Math.random() * 250)}`,
      },
      body: '{"token":"guess"}',
    });
  const answers = await times(6, look);
  expect(statuses(answers)).toEqual([410, 410, 410, 410, 410, 429]);
  expect(answers.map((answer) => answer.headers.get('ratelimit')?.replace(/;t=.*/, ''))).toEqual(
    [4, 3, 2, 1, 0, 0].map((left) => `"link";r=${left}`),
  );
  const refused = answers[5]!;
  expect(refused.headers.get('ratelimit-policy')).toBe('"link";q=5;w=60');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
});

test('who guesses credentials is counted by address, and the operator key on its own account goes on', async () => {
  const guess = () => fetch(`${server.url}/api/me`, { headers: { authorization: 'Bearer guess' } });
  const all = statuses(await times(22, guess));
  expect(all.slice(0, 20).every((status) => status === 401)).toBe(true);
  expect(all.at(-1)).toBe(429);
  const operator = () =>
    fetch(`${server.url}/api/tenants`, { headers: { authorization: `Bearer ${server.operatorKey}` } });
  const [answer] = await times(1, operator);
  expect([answer?.status, answer?.headers.get('ratelimit')?.split(';')[1]]).toEqual([200, 'r=49']);
});

test('never more than the bucket holds at once, and over time no more than it refills', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
      (requests, gaps) => {
        let now = 1_000_000;
        const headers = new Map<string, string>();
        const spend = createRateLimit({ standard: requests, operator: 1, links: 1 }, () => now);
        const reply = {
          header: (name: string, value: string) => headers.set(name, value),
        } as unknown as FastifyReply;
        let passed = 0;
        const start = now;
        for (const gap of gaps) {
          now += gap;
          const left = Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? `r=${requests}`)?.[1]);
          try {
            spend({ ip: '192.0.2.1' } as FastifyRequest, reply, 'public', undefined);
            passed++;
          } catch {
            // Whoever had some left is never refused.
            expect(left).toBe(0);
          }
          expect(passed).toBeLessThanOrEqual(requests + ((now - start) * requests) / 60_000 + 0.01);
        }
      },
    ),
  );
});

test('an IPv6 network counts as one address, and an IPv4 one however it is written as itself', () => {
  expect(addressGroup('2001:db8:1:2:3:4:5:6')).toBe(addressGroup('2001:db8:1:2::1'));
  expect(addressGroup('2001:db8:1:3::1')).not.toBe(addressGroup('2001:db8:1:2::1'));
  expect(addressGroup('2001:0db8::1')).toBe(addressGroup('2001:db8::ffff'));
  expect(addressGroup('::1')).toBe('0:0:0:0');
  expect(addressGroup('fe80::1%eth0')).toBe('fe80:0:0:0');
  expect(addressGroup('192.0.2.1')).toBe('192.0.2.1');
  expect(addressGroup('::ffff:192.0.2.1')).toBe('192.0.2.1');
});
