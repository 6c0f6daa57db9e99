import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';

const body = (more: Record<string, unknown> = {}) =>
  Buffer.from(
    JSON.stringify({
      event_type: 'doc_signed',
      token: 'doc-1',
      status: 'pending',
      last_update_at: '2026-11-20T12:00:00.000000Z',
      signed_file: 'https://files.example/1?expires=1',
      signer_who_signed: { token: 'signer-1', name: 'Iara' },
      ...more,
    }),
  );
const key = (more?: Record<string, unknown>) => webhooks.events(body(more))[0]?.dedupeKey;

test('who signed is told with the document', () => {
  expect(webhooks.events(body()).map((one) => [one.resource, one.externalId, one.kind])).toEqual([
    ['documents', 'doc-1', 'updated'],
    ['signers', 'signer-1', 'updated'],
  ]);
});

test('a link that is new in every delivery is no other happening; another signer is', () => {
  expect(key({ signed_file: 'https://files.example/1?expires=2' })).toBe(key());
  expect(key({ signer_who_signed: { token: 'signer-2' } })).not.toBe(key());
  expect(key({ last_update_at: '2026-11-20T12:00:01Z' })).not.toBe(key());
});

test('a bounced e-mail, which has no document, and types yet unknown are left out', () => {
  expect(webhooks.events(Buffer.from('{"event_type":"email_bounce","email":"a@b.example"}'))).toEqual([]);
  expect(webhooks.events(body({ event_type: 'doc_new_thing' }))).toEqual([]);
  expect(() => webhooks.events(Buffer.from('not json'))).toThrow(SyntaxError);
  expect(() => webhooks.events(Buffer.from('{"event_type":"doc_signed"}'))).toThrow(/token/);
});

test('only the secret that was registered opens, and never an empty one', () => {
  const verify = (authorization: string | undefined, secret = 's3cret') =>
    webhooks.verify({
      method: 'POST',
      url: 'https://me.example/in',
      headers: authorization === undefined ? {} : { authorization },
      rawBody: body(),
      secret,
      now: new Date(0),
    });
  expect(verify('Bearer s3cret')).toEqual({ ok: true });
  expect(verify('s3cret').ok).toBe(false);
  expect(verify('Bearer ', '').ok).toBe(false);
  expect(verify(undefined)).toEqual({ ok: false, reason: 'missing_signature' });
});
