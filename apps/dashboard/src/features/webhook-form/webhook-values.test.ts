import { webhookSettings } from '@mortise/contract';
import { expect, test } from 'vitest';
import { changedSettings, valuesOf } from './webhook-values.ts';

test('a new form holds what the contract has as defaults', () => {
  expect(valuesOf(undefined)).toMatchObject({
    name: '',
    events: [],
    authSecret: undefined,
    settings: { method: 'POST', filter: null, retry: { enabled: true, attempts: 12 } },
  });
});

test('only the settings that differ are sent, whole', () => {
  const before = webhookSettings.parse({ filter: { a: 1 }, headers: { 'X-One': '1' } });
  expect(changedSettings(before, { ...before })).toEqual({});
  expect(
    changedSettings(before, { ...before, filter: null, headers: { 'X-One': '1', 'X-Two': '2' } }),
  ).toEqual({ filter: null, headers: { 'X-One': '1', 'X-Two': '2' } });
});
