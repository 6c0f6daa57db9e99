import { providers } from '@mortise/providers';
import { expect, test } from 'vitest';
import { providerEventTypes } from './provider-event-types.ts';

test('each type is listed once, with every provider that has it, and none that a resource follows from is missing', () => {
  const types = providerEventTypes(providers);
  expect(new Set(types.map(({ type }) => type)).size).toBe(types.length);
  for (const { name, resources } of providers) {
    for (const { eventPrefix } of Object.values(resources)) {
      const created = types.find(({ type }) => type === `${eventPrefix}.created`);
      expect(created?.description).toContain(name);
    }
  }
});
