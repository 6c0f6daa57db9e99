import {
  classifier,
  httpResponse,
  type HttpRequestSpec,
  type Problem,
  type ProblemKind,
} from '@mortise/providers/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCall, mayRepeat } from './judge-call.ts';

const kinds: ProblemKind[] = [
  'auth_expired',
  'forbidden',
  'rate_limited',
  'not_found',
  'invalid',
  'conflict',
  'provider_error',
  'revoked',
];

const specs: fc.Arbitrary<HttpRequestSpec> = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    url: fc.constant('api:/x'),
    idempotent: fc.boolean(),
  },
  { requiredKeys: ['method', 'url'] },
);
const problems: fc.Arbitrary<Problem | 'unanswered'> = fc.oneof(
  fc.constant('unanswered' as const),
  fc.record(
    {
      kind: fc.constantFrom(...kinds),
      message: fc.string(),
      retryAfterMs: fc.integer({ min: 0, max: 200_000 }),
    },
    { requiredKeys: ['kind', 'message'] },
  ),
);
const random = fc.double({ min: 0, max: 1, noNaN: true });
const longestWaitMs = 60_000;

describe('the judgement of a refused call', () => {
  it('never repeats what must not be repeated when nobody knows what became of it', () => {
    fc.assert(
      fc.property(
        specs,
        problems,
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        random,
        (spec, problem, attempt, refreshed, chance) => {
          const unknown = problem === 'unanswered' || problem.kind === 'provider_error';
          fc.pre(unknown && !mayRepeat(spec));
          expect(judgeCall(spec, problem, attempt, refreshed, chance)).toEqual({ act: 'fail' });
        },
      ),
    );
    expect(
      ['GET', 'PUT', 'DELETE', 'POST', 'PATCH'].map((method) =>
        mayRepeat({ method: method as 'GET', url: 'x' }),
      ),
    ).toEqual([true, true, true, false, false]);
    expect(mayRepeat({ method: 'POST', url: 'x', idempotent: true })).toBe(true);
    expect(mayRepeat({ method: 'GET', url: 'x', idempotent: false })).toBe(false);
  });

  it('ends: whatever is answered, in whatever order, there are at most seven tries, and one refresh', () => {
    fc.assert(
      fc.property(specs, fc.infiniteStream(fc.tuple(problems, random)), (spec, answers) => {
        let [tries, refreshes] = [0, 0];
        for (const [problem, chance] of answers) {
          tries += 1;
          const decision = judgeCall(spec, problem, tries, refreshes > 0, chance);
          if (decision.act === 'refresh') refreshes += 1;
          else if (decision.act !== 'retry') break;
        }
        expect(tries).toBeLessThanOrEqual(7);
        expect(refreshes).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never waits longer than a minute in a call, nor shorter than the provider asked for', () => {
    fc.assert(
      fc.property(
        specs,
        problems,
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        random,
        (spec, problem, attempt, refreshed, chance) => {
          const decision = judgeCall(spec, problem, attempt, refreshed, chance);
          if (decision.act !== 'retry') return;
          expect(decision.waitMs).toBeGreaterThanOrEqual(0);
          expect(decision.waitMs).toBeLessThanOrEqual(longestWaitMs);
          if (problem !== 'unanswered' && problem.retryAfterMs !== undefined)
            expect(decision.waitMs).toBeGreaterThanOrEqual(problem.retryAfterMs);
        },
      ),
    );
  });

  it('sends again what was throttled, even what must not be repeated, since it was not carried out', () => {
    const post = { method: 'POST', url: 'x' } as const;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(judgeCall(post, { kind: 'rate_limited', message: '' }, attempt, false)).toMatchObject({
        act: 'retry',
        pauseBudget: true,
      });
    }
    expect(judgeCall(post, { kind: 'rate_limited', message: '' }, 6, false)).toEqual({ act: 'fail' });
    expect(
      judgeCall(post, { kind: 'rate_limited', message: '', retryAfterMs: longestWaitMs + 1 }, 1, false),
    ).toEqual({ act: 'fail' });
  });

  it.each([
    ['2', 2_000],
    ['0', 0],
    ['60', 60_000],
    ['Fri, 20 Nov 2026 12:00:07 GMT', 7_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ])('honours Retry-After: %s', (header, waitMs) => {
    const answer = httpResponse(429, { 'retry-after': header }, new Uint8Array());
    const problem = classifier()(answer, new Date('2026-11-20T12:00:00Z'));
    if (problem.kind === 'ok') throw new Error('a 429 is no success');
    expect(judgeCall({ method: 'GET', url: 'x' }, problem, 1, false)).toEqual({
      act: 'retry',
      waitMs,
      pauseBudget: true,
    });
  });

  it('answers a lapsed token with one refresh, then with a reconnection; a revoked one at once', () => {
    const get = { method: 'GET', url: 'x' } as const;
    expect(judgeCall(get, { kind: 'auth_expired', message: '' }, 1, false)).toEqual({ act: 'refresh' });
    expect(judgeCall(get, { kind: 'auth_expired', message: '' }, 2, true)).toEqual({ act: 'reconnect' });
    expect(judgeCall(get, { kind: 'revoked', message: '' }, 1, false)).toEqual({ act: 'reconnect' });
    for (const kind of ['forbidden', 'not_found', 'invalid', 'conflict'] as const) {
      expect(judgeCall(get, { kind, message: '' }, 1, false)).toEqual({ act: 'fail' });
    }
  });
});
