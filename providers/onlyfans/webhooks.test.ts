import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';

const secret = 'a-long-random-signing-secret';
const body = (event: string, payload: unknown) =>
  Buffer.from(JSON.stringify({ event, account_id: 'acct_123', payload }));
const input = (rawBody: Buffer) => ({
  method: 'POST',
  url: 'https://me.example/in',
  headers: { signature: createHmac('sha256', secret).update(rawBody).digest('hex') },
  rawBody,
  secret,
  now: new Date(0),
});
const told = (event: string, payload: unknown) =>
  webhooks.events(body(event, payload)).map(({ resource, kind, externalId }) => [resource, kind, externalId]);

test('the signature is lower-case hex over the raw body; another spelling is another signature', () => {
  const good = input(body('subscriptions.new', { user: { id: 7 } }));
  expect(webhooks.verify(good)).toEqual({ ok: true });
  const headers = { signature: good.headers.signature.toUpperCase() };
  expect(webhooks.verify({ ...good, headers })).toEqual({ ok: false, reason: 'bad_signature' });
});

test('the fan is who `user` names, never the `user_id` beside it, which is the creator’s', () => {
  const payload = { id: 'n1', user_id: 310, user: { id: 458 }, createdAt: '2026-11-20T12:00:00+00:00' };
  expect(told('messages.ppv.unlocked', payload)).toEqual([['fans', 'updated', 'acct_123:458']]);
  expect(told('messages.ppv.unlocked', { user_id: 310 })).toEqual([]);
});

test('messages, transactions and creators are told by their whole ids; what is unknown is left out', () => {
  expect(told('messages.received', { id: 9, fromUser: { id: 458 } })).toEqual([
    ['messages', 'created', 'acct_123:458:9'],
  ]);
  expect(told('messages.deleted', { id: 9, toUser: { id: 458 } })).toEqual([
    ['messages', 'deleted', 'acct_123:458:9'],
  ]);
  expect(told('messages.deleted', { id: 9 })).toEqual([]);
  expect(told('transactions.new', { id: 'tr1' })).toEqual([['transactions', 'created', 'acct_123:tr1']]);
  expect(told('accounts.authentication_failed', {})).toEqual([['creators', 'updated', 'acct_123']]);
  expect(told('users.typing', { user: { id: 458 } })).toEqual([]);
  expect(() => webhooks.events(Buffer.from('[]'))).toThrow(/expected object/);
});

test('one body has one key, and the team is left to the secret that verified it', () => {
  const once = body('transactions.new', { id: 'tr1', createdAt: '2026-11-20T12:00:00+00:00' });
  const [event] = webhooks.events(once);
  expect(event?.dedupeKey).toBe(webhooks.events(once)[0]?.dedupeKey);
  expect(event?.dedupeKey).not.toBe(webhooks.events(body('transactions.new', { id: 'tr2' }))[0]?.dedupeKey);
  expect(event).not.toHaveProperty('accountId');
  expect(event?.occurredAt).toEqual(new Date('2026-11-20T12:00:00Z'));
});
