import { expect, test } from 'vitest';
import { boundsOf, spanOf } from './span.ts';

const now = Date.UTC(2026, 10, 25, 18, 0);

test('a span back from now has a beginning and stays open at its end', () => {
  expect(boundsOf({ span: 'hour' }, now)).toEqual({ from: '2026-11-25T17:00:00.000Z', to: undefined });
  expect(boundsOf({ span: 'week' }, now).from).toBe('2026-11-18T18:00:00.000Z');
});

test('everything has neither; dates of one’s own count only when they are chosen', () => {
  expect(boundsOf({ span: 'all', from: '2026-11-25T10:00' }, now)).toEqual({
    from: undefined,
    to: undefined,
  });
});

test('one’s own are local times; what is no time is left open', () => {
  const { from, to } = boundsOf({ span: 'own', from: '2026-11-25T10:00', to: 'tomorrow' }, now);
  expect(from).toBe(new Date(2026, 10, 25, 10, 0).toISOString());
  expect(to).toBeUndefined();
});

test('a span in an address that there is not means everything', () => {
  expect([spanOf('day'), spanOf('fortnight'), spanOf(undefined)]).toEqual(['day', 'all', 'all']);
});
