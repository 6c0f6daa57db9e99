import { expect, test } from 'vitest';
import { text } from '../../messages/index.ts';
import { outcomeOf } from './connect-outcome.ts';

const codes = [
  'cancelled',
  'state_invalid',
  'other_browser',
  'wrong_client',
  'wrong_account',
  'provider_unavailable',
  'provider_refused',
] as const;

test('each way in which connecting can fail has a sentence of its own', () => {
  for (const code of codes) {
    expect(outcomeOf({ connect_error: code, provider: 'acme' })).toEqual({
      kind: 'failed',
      failure: code,
      provider: 'acme',
    });
  }
  const sentences = codes.map((code) => text.connections.failures[code].text('Acme', 'Ada'));
  expect(new Set(sentences).size).toBe(codes.length);
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
