import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';

const events = (body: unknown) => webhooks.events(Buffer.from(JSON.stringify(body)));
const converted = {
  event_type: 'WEBHOOK.CONVERTED',
  entity_type: 'CONTACT',
  event_identifier: 'ebook',
  timestamp: '2026-11-20T12:00:00.000Z',
  event_timestamp: '2026-11-20T12:00:00.000Z',
  contact: { uuid: 'c-1', email: 'a@b.example' },
};

test('the secret stands in the address, and nowhere else', () => {
  const verify = (url: string, secret = 's3cret') =>
    webhooks.verify({
      method: 'POST',
      url,
      headers: {},
      rawBody: Buffer.from('{}'),
      secret,
      now: new Date(0),
    });
  expect(verify('https://me.example/in?secret=s3cret')).toEqual({ ok: true });
  expect(verify('https://me.example/in?secret=other').ok).toBe(false);
  expect(verify('https://me.example/in')).toEqual({ ok: false, reason: 'missing_signature' });
  expect(verify('https://me.example/in?secret=', '').ok).toBe(false);
});

test('each conversion of a contact is one happening; other entities and types are left out', () => {
  const [one] = events(converted);
  const [other] = events({ ...converted, event_identifier: 'webinar' });
  expect(one).toMatchObject({ resource: 'contacts', externalId: 'c-1', kind: 'updated' });
  expect(one?.dedupeKey).not.toBe(other?.dedupeKey);
  expect(events({ ...converted, event_type: 'WEBHOOK.SOMETHING' })).toEqual([]);
  expect(events({ ...converted, entity_type: 'COMPANY' })).toEqual([]);
  expect(() => events({})).toThrow(/neither/);
});

test('leads of the older shape are told of where they say who and when', () => {
  const lead = { uuid: 'c-2', last_conversion: { created_at: '2026-11-20T09:00:00.000-03:00' } };
  const told = events({ leads: [lead, { email: 'a@b.example' }] });
  expect(told.map((one) => one.externalId)).toEqual(['c-2']);
  expect(told[0]?.occurredAt).toEqual(new Date('2026-11-20T12:00:00Z'));
});
