import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { Scheme } from '@mortise/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf, type OpenSecret } from './source-secret.ts';
import type { Incoming } from './verdict.ts';
import { verify } from './verify.ts';

const now = new Date('2026-03-01T12:00:00Z');
const time = String(now.getTime() / 1000);
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const whpk = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
const whsec = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const secretOf = (scheme: Scheme, text: string): OpenSecret => ({
  id: null,
  connectionId: null,
  text,
  key: keyOf(scheme, text),
  expiresAt: null,
});

const hmac = (encoding: 'hex' | 'base64', timestamp: boolean): Extract<Scheme, { type: 'hmac' }> => ({
  type: 'hmac',
  algorithm: 'sha256',
  header: 'x-signature',
  encoding,
  prefix: 'sha256=',
  template: timestamp ? '{timestamp}.{body}' : '{body}',
  timestamp: timestamp ? { header: 'x-time', unit: 's', toleranceSeconds: 300 } : null,
});

interface Signed {
  scheme: Scheme;
  secret: string;
  /** The header that a flipped bit strikes, besides the body. */
  header: string;
  sign(body: Buffer): Record<string, string>;
}

const byHmac = (encoding: 'hex' | 'base64', timestamp: boolean): Signed => ({
  scheme: hmac(encoding, timestamp),
  secret: 'a secret of ours',
  header: 'x-signature',
  sign: (body) => {
    const made = createHmac('sha256', 'a secret of ours')
      .update(timestamp ? `${time}.` : '')
      .update(body);
    return { 'x-signature': `sha256=${made.digest(encoding)}`, ...(timestamp ? { 'x-time': time } : {}) };
  },
});

const standard: Scheme = { type: 'standard', toleranceSeconds: 300 };
const byStandard = (secret: string): Signed => ({
  scheme: standard,
  secret,
  header: 'webhook-signature',
  sign: (body) => {
    const signed = Buffer.concat([Buffer.from(`msg_1.${time}.`), body]);
    const signature =
      secret === whpk
        ? `v1a,${sign(null, signed, privateKey).toString('base64')}`
        : `v1,${createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64')}`;
    return { 'webhook-id': 'msg_1', 'webhook-timestamp': time, 'webhook-signature': signature };
  },
});

const kinds: [string, Signed][] = [
  ['hmac in hex', byHmac('hex', false)],
  ['hmac in base64', byHmac('base64', false)],
  ['hmac over a timestamp', byHmac('hex', true)],
  ['Standard Webhooks by HMAC', byStandard(whsec)],
  ['Standard Webhooks by ed25519', byStandard(whpk)],
];

function judge({ scheme, secret }: Signed, headers: Record<string, string>, body: Uint8Array) {
  const incoming: Incoming = { method: 'POST', url: 'https://example.com/in/x', headers, body };
  const secrets = [secretOf(scheme, 'whsec_AAAA'), secretOf(scheme, secret)];
  return verify({ scheme, webhooks: undefined, secrets, allowed: false }, incoming, now);
}

const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });

function flip(of: Uint8Array, bit: number): Buffer {
  const bent = Buffer.from(of);
  const at = bit % (bent.length * 8);
  bent.writeUInt8(bent.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
  return bent;
}

test.each(kinds)(
  '%s: what was signed is taken, and any flipped bit of body or signature is refused',
  (_, signed) => {
    fc.assert(
      fc.property(bytes, fc.nat(1_000_000), (given, bit) => {
        const body = Buffer.from(given);
        const headers = signed.sign(body);
        expect(judge(signed, headers, body).ok).toBe(true);
        expect(judge(signed, headers, flip(body, bit))).toEqual({ ok: false, reason: 'bad_signature' });
        const told = headers[signed.header] ?? '';
        // Header values are latin1 on the wire.
        const bent = flip(Buffer.from(told, 'latin1'), bit).toString('latin1');
        expect(judge(signed, { ...headers, [signed.header]: bent }, body).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  },
);

test.each(kinds)('%s: another secret, no secret or an empty one verifies nothing', (_, signed) => {
  const body = Buffer.from('{}');
  const headers = signed.sign(body);
  const incoming = { method: 'POST', url: '', headers, body };
  const with_ = (secrets: OpenSecret[]) =>
    verify({ scheme: signed.scheme, webhooks: undefined, secrets, allowed: true }, incoming, now);
  expect(with_([])).toEqual({ ok: false, reason: 'no_secret' });
  expect(with_([secretOf(signed.scheme, '')])).toEqual({ ok: false, reason: 'no_secret' });
  expect(with_([secretOf(signed.scheme, 'whsec_BBBB')])).toEqual({ ok: false, reason: 'bad_signature' });
  const past = { ...secretOf(signed.scheme, signed.secret), expiresAt: now };
  expect(with_([past])).toEqual({ ok: false, reason: 'no_secret' });
});

test('what nobody here knows how to verify is refused', () => {
  const incoming = { method: 'POST', url: '', headers: {}, body: new Uint8Array() };
  const bare = { webhooks: undefined, secrets: [], allowed: true };
  expect(verify({ ...bare, scheme: { type: 'provider' } }, incoming, now)).toEqual({
    ok: false,
    reason: 'no_verifier',
  });
  const unknown = { type: 'made up' } as unknown as Scheme;
  const secrets = [secretOf(unknown, 'x')];
  expect(verify({ ...bare, secrets, scheme: unknown }, incoming, now)).toEqual({
    ok: false,
    reason: 'no_verifier',
  });
  expect(verify({ ...bare, allowed: false, scheme: { type: 'ip' } }, incoming, now).ok).toBe(false);
});
