import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hmacSha256 } from './hmac-sha256.ts';
import { sharedSecret } from './shared-secret.ts';
import type { WebhookInput } from '../types.ts';

const now = new Date(1_700_000_000_000);
const rawBody = Buffer.from('{"a": "ç"}\r\n');
const sign = (text: string | Uint8Array) => createHmac('sha256', 'key').update(text).digest('hex');
const input = (headers: Record<string, string>): WebhookInput => ({
  method: 'POST',
  url: 'https://me.example/in',
  headers,
  rawBody,
  secret: 'key',
  now,
});

test('a prefixed signature over the raw body, without a time', () => {
  const verify = hmacSha256({ header: 'X-Hub-Signature-256', encoding: 'hex', prefix: 'sha256=' });
  const good = input({ 'x-hub-signature-256': `sha256=${sign(rawBody)}` });
  expect(verify(good)).toEqual({ ok: true });
  expect(verify({ ...good, now: new Date(0) })).toEqual({ ok: true });
  expect(verify(input({ 'x-hub-signature-256': sign(rawBody) }))).toEqual({
    ok: false,
    reason: 'bad_signature',
  });
  expect(verify(input({ 'x-hub-signature-256': `sha256=${sign(rawBody).toUpperCase()}` })).ok).toBe(false);
  expect(verify(input({}))).toEqual({ ok: false, reason: 'missing_signature' });
});

test('a compound header with the time in seconds', () => {
  const verify = hmacSha256({
    header: 'Acme-Signature',
    encoding: 'hex',
    parse: (value) => {
      const parts = new URLSearchParams(value.replaceAll(',', '&'));
      return { signature: parts.get('s') ?? '', timestamp: parts.get('t') ?? '' };
    },
    timestamp: { unit: 's', toleranceMs: 300_000 },
    message: (one, timestamp) => [`${timestamp}.`, one.rawBody],
  });
  const at = (seconds: number | string) =>
    verify(
      input({
        'acme-signature': `t=${seconds},s=${sign(Buffer.concat([Buffer.from(`${seconds}.`), rawBody]))}`,
      }),
    );
  expect(at(1_700_000_000)).toEqual({ ok: true });
  expect(at(1_700_000_301)).toEqual({ ok: false, reason: 'stale_timestamp' });
  expect(at(1_699_999_699)).toEqual({ ok: false, reason: 'stale_timestamp' });
  for (const odd of ['', '-1', 'NaN', '1e9'])
    expect(at(odd)).toEqual({ ok: false, reason: 'missing_timestamp' });
  expect(verify(input({ 'acme-signature': 't=1700000000' }))).toEqual({
    ok: false,
    reason: 'missing_signature',
  });
});

test('a shared secret, in a header or wherever the provider repeats it, and never an empty one', () => {
  const header = sharedSecret({ prefix: 'Bearer ' });
  expect(header(input({ authorization: 'Bearer key' }))).toEqual({ ok: true });
  expect(header(input({ authorization: 'Bearer keY' }))).toEqual({ ok: false, reason: 'bad_signature' });
  expect(header(input({}))).toEqual({ ok: false, reason: 'missing_signature' });
  expect(header({ ...input({ authorization: 'Bearer ' }), secret: '' })).toEqual({
    ok: false,
    reason: 'bad_signature',
  });
  const form = sharedSecret({
    read: (one) => new URLSearchParams(Buffer.from(one.rawBody).toString()).get('auth[t]') ?? undefined,
  });
  expect(form({ ...input({}), rawBody: Buffer.from('auth%5Bt%5D=key') })).toEqual({ ok: true });
});
