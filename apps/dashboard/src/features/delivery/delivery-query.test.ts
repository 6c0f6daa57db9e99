import { expect, test } from 'vitest';
import { deliveryQuery } from './delivery-query.ts';

const now = Date.UTC(2026, 10, 25, 18, 0, 42);

test('an address without filters asks for everything', () => {
  expect(Object.values(deliveryQuery({}, now)).filter((value) => value !== undefined)).toEqual([]);
});

test('each filter of an address is asked for, an answer as a number', () => {
  expect(
    deliveryQuery({ status: 'failed', type: 'contact.*', answer: '503', span: 'hour' }, now),
  ).toMatchObject({
    status: 'failed',
    eventType: 'contact.*',
    statusCode: 503,
    from: '2026-11-25T17:00:00.000Z',
  });
});

test('what is no such thing filters nothing instead of failing the page', () => {
  const query = deliveryQuery({ status: 'lost', type: 'Contact!', answer: 'teapot', webhookId: 'x' }, now);
  expect(Object.values(query).filter((value) => value !== undefined)).toEqual([]);
});
