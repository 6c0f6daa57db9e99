import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { buildBody } from './build-body.ts';
import { canonicalJson } from '../kernel/index.ts';
import { judgeExchange, restCapMs, retryAfterCapMs, retrySchedule } from './judge-exchange.ts';
import { matchesType, matchesWebhook } from './match-subscription.ts';
import { retryAfterMs } from './retry-after.ts';
import { signedHeaders } from './sign.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/);
const type = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('.'));
const now = new Date('2026-03-01T12:00:00Z');

test('a subscription covers its own type, everything, or a family: the types under it and nothing else', () => {
  fc.assert(
    fc.property(type, type, (one, other) => {
      expect(matchesType('*', one)).toBe(true);
      expect(matchesType(one, other)).toBe(one === other);
      const [words, ofOther] = [one.split('.'), other.split('.')];
      const within = ofOther.length > words.length && words.every((part, place) => ofOther[place] === part);
      expect(matchesType(`${one}.*`, other)).toBe(within);
      expect(matchesType(`${one}.*`, `${one}.${other}`)).toBe(true);
      expect(matchesType(`${one}.*`, `${one}x.${other}`)).toBe(false);
    }),
  );
  expect(matchesType('contact.*', 'contact.')).toBe(false);
});

test('a test event is for the webhook it is about, whatever anybody subscribed to', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('*', 'webhook.*', 'webhook.tested', 'deal.x')), (events) => {
      expect(matchesWebhook({ id: 'whk_a', events }, { type: 'webhook.tested', subject: 'whk_a' })).toBe(
        true,
      );
      expect(matchesWebhook({ id: 'whk_b', events }, { type: 'webhook.tested', subject: 'whk_a' })).toBe(
        false,
      );
    }),
  );
});

test('every key verifies the message by itself, no other does, and nothing of it can be changed', () => {
  const refusal = 'No matching signature found';
  const key = fc.uint8Array({ minLength: 24, maxLength: 64 });
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { minLength: 2, maxLength: 5, selector: String }),
      fc.string(),
      (keys, text) => {
        const [stranger, ...own] = keys;
        const body = Buffer.from(text);
        const headers = signedHeaders(
          { id: 'evt_1', body },
          own.map((one) => createSecretKey(one)),
          new Date(),
        );
        const verify = (secret: Uint8Array, payload: Buffer, given: Record<string, string>) =>
          new Webhook(Buffer.from(secret).toString('base64')).verify(payload, given, { jsonParse: false });
        expect(headers['webhook-signature'].split(' ').length).toBe(own.length);
        for (const one of own) expect(() => verify(one, body, headers)).not.toThrow();
        expect(() => verify(stranger!, body, headers)).toThrow(refusal);
        expect(() => verify(own[0]!, Buffer.from(`${text}.`), headers)).toThrow(refusal);
        expect(() => verify(own[0]!, body, { ...headers, 'webhook-id': 'evt_2' })).toThrow(refusal);
      },
    ),
  );
});

const policies = fc.record({
  enabled: fc.boolean(),
  attempts: fc.integer({ min: 1, max: 30 }),
  schedule: fc.option(fc.array(fc.integer({ min: 1, max: 7 * 86_400 }), { minLength: 1, maxLength: 29 }), {
    nil: null,
  }),
});
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const statuses = fc.option(fc.integer({ min: 200, max: 599 }), { nil: null });
const usual = { enabled: true, attempts: 12, schedule: null };

test('2xx alone is success; 410 ends it; all else is tried again as the policy has it and ends after its attempts', () => {
  fc.assert(
    fc.property(
      statuses,
      fc.integer({ min: 1, max: 40 }),
      policies,
      chance,
      (statusCode, number, policy, random) => {
        const verdict = judgeExchange({ number, statusCode, retryAfter: undefined }, policy, now, random);
        const success = statusCode !== null && statusCode < 300;
        const ended = statusCode === 410 || !policy.enabled || number >= policy.attempts;
        expect(verdict.outcome).toBe(success ? 'delivered' : ended ? 'exhausted' : 'retrying');
        expect(verdict.disable !== undefined).toBe(statusCode === 410);
        if (verdict.outcome === 'retrying') {
          const steps = policy.schedule?.map((seconds) => seconds * 1000) ?? retrySchedule;
          const step = steps[Math.min(number, steps.length) - 1]!;
          const [least, most] = policy.schedule === null ? [step / 2, step] : [step, step * 1.1];
          expect(verdict.delayMs).toBeGreaterThanOrEqual(Math.floor(least));
          expect(verdict.delayMs).toBeLessThanOrEqual(Math.ceil(most));
        } else expect(verdict.delayMs).toBeUndefined();
        expect(verdict.restMs !== undefined).toBe(!success && [429, 502, 503, 504].includes(statusCode ?? 0));
      },
    ),
  );
});

test('an endpoint that never answers well gets exactly as many attempts as the policy has, one with retries off', () => {
  fc.assert(
    fc.property(policies, fc.constantFrom(null, 301, 404, 429, 500, 503), (policy, statusCode) => {
      let number = 1;
      while (
        judgeExchange({ number, statusCode, retryAfter: '1' }, policy, now).outcome === 'retrying' &&
        number < 100
      )
        number += 1;
      expect(number).toBe(policy.enabled ? policy.attempts : 1);
    }),
  );
});

test('a Retry-After of a busy endpoint is kept to, in seconds or as a date, up to a cap, and no sooner than the policy', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(429, 502, 503, 504),
      fc.integer({ min: 1, max: 500_000 }),
      fc.boolean(),
      chance,
      (statusCode, seconds, asDate, random) => {
        const retryAfter = asDate ? new Date(now.getTime() + seconds * 1000).toUTCString() : String(seconds);
        const { delayMs, restMs } = judgeExchange({ number: 1, statusCode, retryAfter }, usual, now, random);
        const asked = Math.min(seconds * 1000, retryAfterCapMs);
        expect(delayMs).toBeGreaterThanOrEqual(Math.max(asked, retrySchedule[0]! / 2));
        expect(delayMs).toBeLessThanOrEqual(Math.max(asked * 1.1 + 1, retrySchedule[0]!));
        expect(restMs).toBe(Math.min(seconds * 1000, restCapMs));
      },
    ),
  );
  for (const nonsense of ['', 'soon', '-5', '1.5', undefined])
    expect(retryAfterMs(nonsense, now)).toBeUndefined();
  expect(retryAfterMs('Sun, 01 Mar 2026 11:00:00 GMT', now)).toBe(0);
});

test('the schedule lasts about three days, each step at least as long as the one before', () => {
  const total = retrySchedule.reduce((sum, step) => sum + step, 0);
  expect(total / 86_400_000).toBeGreaterThan(3);
  expect(total / 86_400_000).toBeLessThan(4);
  expect(retrySchedule.toSorted((one, other) => one - other)).toEqual(retrySchedule);
});

test('a body is the same to the byte however its keys are ordered, and says what the data says', () => {
  const shuffle = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffle);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, field]) => [key, shuffle(field)]),
    );
  };
  fc.assert(
    fc.property(fc.jsonValue(), (given) => {
      const value: unknown = JSON.parse(JSON.stringify(given));
      expect(JSON.parse(canonicalJson(value))).toEqual(value);
      expect(canonicalJson(shuffle(value))).toBe(canonicalJson(value));
      const event = { id: 'evt_1', type: 'a.b', subject: null, occurredAt: now };
      const body = buildBody({ ...event, data: { given: value } });
      expect(buildBody({ ...event, data: shuffle({ given: value }) as object })).toBe(body);
      expect(JSON.parse(body)).toEqual({
        id: 'evt_1',
        type: 'a.b',
        timestamp: now.toISOString(),
        subject: null,
        data: { given: value },
      });
    }),
  );
});
