import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';

// Made with HubSpot's own SDK (@hubspot/api-client 13.5.0).
const vector = {
  method: 'POST',
  url: 'https://www.example.com/webhook_uri',
  headers: {
    'x-hubspot-signature-v3': 'rQEKkaNUiu+1qGF//O/pw4BCzstSqO1PyUnGICmf+7o=',
    'x-hubspot-request-timestamp': '1700000000000',
  },
  rawBody: Buffer.from('{"example_field":"example_value"}'),
  secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  now: new Date(1_700_000_000_000),
};

test('the signature of HubSpot’s own SDK verifies', () => {
  expect(webhooks.verify(vector)).toEqual({ ok: true });
});

test('five minutes is fresh, a millisecond more is stale', () => {
  const at = (ms: number) => webhooks.verify({ ...vector, now: new Date(vector.now.getTime() + ms) });
  expect(at(300_000)).toEqual({ ok: true });
  expect(at(300_001)).toEqual({ ok: false, reason: 'stale_timestamp' });
});

test('another method or URL is another signature', () => {
  expect(webhooks.verify({ ...vector, method: 'PUT' })).toEqual({ ok: false, reason: 'bad_signature' });
  expect(webhooks.verify({ ...vector, url: `${vector.url}?x=1` })).toEqual({
    ok: false,
    reason: 'bad_signature',
  });
});

test('a signature over the URL with the documented escapes undone verifies too', () => {
  const escaped = { ...vector, url: 'https%3A%2F%2Fwww.example.com%2Fwebhook_uri' };
  expect(webhooks.verify(escaped)).toEqual({ ok: true });
  expect(webhooks.verify({ ...vector, url: `${vector.url}%20` })).toEqual({
    ok: false,
    reason: 'bad_signature',
  });
});

test('known happenings become events, others are left out, a body that is no array throws', () => {
  const base = { eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, objectId: 5 };
  const types = [
    'contact.creation',
    'company.deletion',
    'contact.merge',
    'conversation.newMessage',
    'deal.propertyChange',
    'ticket.creation',
    'line_item.creation',
  ];
  const body = JSON.stringify([
    ...types.map((subscriptionType) => ({ ...base, subscriptionType })),
    { odd: true },
  ]);
  expect(webhooks.events(Buffer.from(body)).map(({ resource, kind }) => `${resource} ${kind}`)).toEqual([
    'contacts created',
    'companies deleted',
    'contacts updated',
    'deals updated',
    'tickets created',
  ]);
  expect(webhooks.events(Buffer.from(body))[0]).toMatchObject({
    dedupeKey: '3:1:2:4:5',
    accountId: '3',
    externalId: '5',
  });
  expect(() => webhooks.events(Buffer.from('{}'))).toThrow(/expected array/);
});
