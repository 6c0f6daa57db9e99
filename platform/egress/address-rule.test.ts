import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './address-rule.ts';
import { checkUrl } from './check-url.ts';
import { EgressError } from './egress-error.ts';

/** First octets and lengths of what may never be called; from the IANA special-purpose registries. */
const privateV4: readonly (readonly [number, number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 4],
  [0xf0000000, 4],
  [0xa83f8110, 32],
];

const privateNumber = fc
  .tuple(fc.constantFrom(...privateV4), fc.integer({ min: 0, max: 0xffffffff }))
  .map(([[base, bits], noise]) => (base | (bits === 32 ? 0 : noise & (0xffffffff >>> bits))) >>> 0);

const octets = (n: number): readonly number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const groups = (n: number): string => `${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}`;

/** Ways to write one IPv4 address that a URL parser, or an IPv6 stack, brings back to it. */
const notations: readonly ((n: number) => string)[] = [
  (n) => octets(n).join('.'),
  (n) => `${octets(n).join('.')}.`,
  (n) => String(n),
  (n) => `0x${n.toString(16)}`,
  (n) => `0${n.toString(8)}`,
  (n) =>
    octets(n)
      .map((octet) => `0x${octet.toString(16)}`)
      .join('.'),
  (n) =>
    octets(n)
      .map((octet) => `0${octet.toString(8)}`)
      .join('.'),
  (n) => `${n >>> 24}.${n & 0xffffff}`,
  (n) => `${n >>> 24}.${(n >>> 16) & 255}.${n & 0xffff}`,
  (n) =>
    Array.from(octets(n).join('.'))
      .map((c) => (c === '.' ? '。' : String.fromCharCode(c.charCodeAt(0) + 0xfee0)))
      .join(''),
  (n) => octets(n).join('%2e'),
  (n) => `[::ffff:${octets(n).join('.')}]`,
  (n) => `[::ffff:${groups(n)}]`,
  (n) => `[0:0:0:0:0:FFFF:${groups(n).toUpperCase()}]`,
  (n) => `[::${octets(n).join('.')}]`,
  (n) => `[::ffff:0:${groups(n)}]`,
  (n) => `[64:ff9b::${octets(n).join('.')}]`,
  (n) => `[64:ff9b:1::${groups(n)}]`,
  (n) => `[2002:${groups(n)}::1]`,
  (n) => `[2001:0:4136:e378:8000:63bf:${groups(~n >>> 0)}]`,
  (n) => `[2606:4700::5efe:${groups(n)}]`,
  (n) => `[fe80::5efe:${groups(n)}]`,
];

const codeOf = (url: string): string => {
  try {
    checkUrl(url);
    return 'passed';
  } catch (error) {
    return error instanceof EgressError ? error.code : String(error);
  }
};

describe('the address rule', () => {
  it('refuses every private IPv4 address in every notation that leads to it', () => {
    fc.assert(
      fc.property(
        privateNumber,
        fc.constantFrom(...notations),
        fc.constantFrom('http', 'https'),
        (n, write, scheme) => {
          expect(codeOf(`${scheme}://${write(n)}/`)).toBe('EGRESS_REFUSED_ADDRESS');
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('refuses every IPv6 address outside 2000::/3', () => {
    const v6 = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(v6, (parts) => {
        fc.pre(((parts[0] ?? 0) & 0xe000) !== 0x2000);
        expect(isPublicAddress(parts.map((part) => part.toString(16)).join(':'))).toBe(false);
      }),
    );
  });

  it('lets a public IPv4 address through in every IPv4 notation', () => {
    const publicNumber = fc.integer({ min: 0x08000000, max: 0x09ffffff });
    fc.assert(
      fc.property(publicNumber, fc.constantFrom(...notations.slice(0, 11)), (n, write) => {
        expect(codeOf(`https://${write(n)}/`)).toBe('passed');
      }),
    );
  });

  it.each([
    '::',
    '::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001:db8::1',
    '3fff::1',
    '5f00::1',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
    '255.255.255.255',
    'fe80::1%eth0',
    '127.1',
    '',
    'localhost',
  ])('refuses %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['1.1.1.1', '93.184.215.14', '2606:4700:4700::1111', '2a00:1450:4001:800::200e'])(
    'takes %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each(['http://localhost', 'http://LOCALHOST.:8080', 'https://a.localhost/x'])(
    'refuses %s before any lookup',
    (url) => {
      expect(codeOf(url)).toBe('EGRESS_REFUSED_ADDRESS');
    },
  );

  it.each([
    '',
    'example.com',
    '/x',
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://',
    'https://u:p@example.com',
    'https://u@example.com',
    'http://[fe80::1%25eth0]/',
    'http://1.2.3.4.5/',
  ])('calls %j a bad URL', (url) => expect(codeOf(url)).toBe('EGRESS_BAD_URL'));
});
