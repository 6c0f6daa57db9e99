import { expect, test } from 'vitest';
import { text } from '../../messages/index.ts';
import { outcomeOf } from './connect-outcome.ts';

const codes = [
  'cancelled',
  'state_invalid',
  'other_browser',
  'wrong_client',
  'wrong_account',
  'unreachable',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'provider_unavailable',
  'provider_refused',
] as const;

test('each way in which connecting can fail has a sentence of its own', () => {
  for (const code of codes) {
    expect(outcomeOf({ connect_error: code, provider: 'acme' })).toEqual({
      kind: 'failed',
      failure: code,
      provider: 'acme',
      retryAfterSeconds: undefined,
    });
  }
  const sentences = codes.map((code) => text.connections.failures[code].text('Acme', 'Ada'));
  expect(new Set(sentences).size).toBe(codes.length);
});

test('when to try again is told where the provider has said it, and nothing else is taken for it', () => {
  const wait = (retry_after: string) => outcomeOf({ connect_error: 'rate_limited', retry_after });
  expect(wait('90')).toMatchObject({ failure: 'rate_limited', retryAfterSeconds: 90 });
  for (const odd of ['', '-1', '1e9', '9999999', '<b>'])
    expect(wait(odd)).toMatchObject({ retryAfterSeconds: undefined });
});

test('a failure that a newer server invents, or someone types, is told as a refusal', () => {
  for (const code of ['new_reason', 'toString', '']) {
    expect(outcomeOf({ connect_error: code })).toMatchObject({ kind: 'failed', failure: 'provider_refused' });
  }
});

test('who came back connected is told so; who did not come back is told nothing', () => {
  expect(outcomeOf({ connected: 'conn_1' })).toEqual({ kind: 'connected', connectionId: 'conn_1' });
  expect(outcomeOf({ tab: 'runs' })).toBeUndefined();
});
