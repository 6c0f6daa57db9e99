import { webhookSettings } from '@mortise/contract';
import { expect, test } from 'vitest';
import { settingsWords } from './settings-words.ts';

const settings = (given: object) => webhookSettings.parse(given);

test('the defaults read as what happens, not as values', () => {
  const words = settings({});
  expect(settingsWords.filter(words)).toBe('Every event of these types');
  expect(settingsWords.auth(words)).toBe('By its signature alone');
  expect(settingsWords.retries(words)).toBe('12 attempts, from 5 seconds to a day apart; 20s for an answer');
  expect(settingsWords.limits(words)).toBe('16 at a time');
  expect(settingsWords.request(words)).toBe('POST');
  expect(settingsWords.consent(words, String)).toBe('Not asked');
});

test('what differs is named by what one would look for', () => {
  const words = settings({
    filter: { a: 1, b: 2, c: 3, d: 4, e: 5 },
    transform: '{\n"id": data.id }',
    auth: { kind: 'hmac', header: 'X-Sum', algorithm: 'sha512', encoding: 'hex' },
    retry: { enabled: true, attempts: 3, schedule: [5, 60] },
    rateLimit: { requests: 100, perSeconds: 60 },
    orderBy: '/data/id',
    consent: { purpose: 'news', subject: '/data/id' },
    retentionDays: 1,
  });
  expect(settingsWords.filter(words)).toBe('Only by a, b, c and 2 more');
  expect(settingsWords.transform(words)).toBe('A JSONata expression of 2 lines');
  expect(settingsWords.auth(words)).toBe('HMAC-SHA512 in X-Sum');
  expect(settingsWords.retries(words)).toBe('3 attempts, 5s 1m apart; 20s for an answer');
  expect(settingsWords.limits(words)).toBe('16 at a time, 100 in 60 seconds, in order by /data/id');
  expect(settingsWords.consent(words, (key) => `“${key}”`)).toBe('Only of people who agreed to “news”');
  expect(settingsWords.retention(words)).toBe('1 day');
});

test('retries that are off, or that would be none, say so', () => {
  expect(settingsWords.retries(settings({ retry: { enabled: false } }))).toBe('None; 20s for an answer');
  expect(settingsWords.retries(settings({ retry: { attempts: 1 } }))).toBe('None; 20s for an answer');
});
