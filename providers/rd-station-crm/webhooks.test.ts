import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';

const body = (more: Record<string, unknown> = {}) =>
  Buffer.from(
    JSON.stringify({
      event_name: 'crm_deal_updated',
      document: { id: '60000000aabbccdd00112233', name: 'Projeto' },
      event_timestamp: '2026-11-20T12:00:00.000-03:00',
      transaction_uuid: '5b6a7c1e-0d0f-4a44-8f2a-6c8a3b1d9e70',
      ...more,
    }),
  );

test('names of events become kinds of records and happenings; unknown ones are left out', () => {
  const told = (event_name: string) =>
    webhooks.events(body({ event_name })).map((one) => `${one.resource} ${one.kind}`);
  expect(told('crm_deal_updated')).toEqual(['deals updated']);
  expect(told('crm_lost_reason_created')).toEqual(['lost_reasons created']);
  expect(told('crm_organization_deleted')).toEqual(['organizations deleted']);
  expect(told('crm_activity_created')).toEqual([]);
  expect(told('crm_deal_moved')).toEqual([]);
  expect(() => webhooks.events(body({ document: null }))).toThrow(/document/);
});

test('one transaction that touches two records is two events', () => {
  const [one] = webhooks.events(body());
  const [other] = webhooks.events(body({ event_name: 'crm_contact_updated', document: { id: 'b' } }));
  expect(one?.dedupeKey).not.toBe(other?.dedupeKey);
  expect(one?.occurredAt).toEqual(new Date('2026-11-20T15:00:00Z'));
});
