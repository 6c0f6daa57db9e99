import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { readNetworks } from './networks.ts';

const v4 = fc.ipV4();
const v6 = fc.ipV6();
/** Few enough bits differ that an address lies in a network about as often as not. */
const nearV4 = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 255 }))
  .map(([a, b]) => `10.0.${a}.${b}`);
const nearV6 = fc.integer({ min: 0, max: 0xffff }).map((low) => `2001:db8::${low.toString(16)}`);

/** By ipaddr.js, which our outbound guard rests on: an address in mapped form is the IPv4 address in it. */
function reference(network: string, address: string): boolean {
  const [range, bits] = ipaddr.parseCIDR(network);
  const parsed = ipaddr.process(address);
  return range.kind() === parsed.kind() && parsed.match(range, bits);
}

test('an IPv4 address is in a range exactly when ipaddr.js says so, in plain and in mapped form', () => {
  fc.assert(
    fc.property(
      fc.oneof(v4, nearV4),
      fc.integer({ min: 0, max: 32 }),
      fc.oneof(v4, nearV4),
      (base, bits, address) => {
        const networks = readNetworks([`${base}/${bits}`]);
        expect(networks.has(address)).toBe(reference(`${base}/${bits}`, address));
        expect(networks.has(`::ffff:${address}`)).toBe(networks.has(address));
        expect(readNetworks([`::ffff:${base}/${bits + 96}`]).has(address)).toBe(networks.has(address));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('an IPv6 address is in a range exactly when ipaddr.js says so', () => {
  fc.assert(
    fc.property(
      fc.oneof(v6, nearV6),
      fc.integer({ min: 0, max: 128 }),
      fc.oneof(v6, nearV6, v4),
      (base, bits, address) => {
        // ipaddr.js takes the deprecated ::192.0.2.1 for a mapped one (RFC 4291, section 2.5.5.1, has it as IPv6).
        fc.pre(![base, address].some((text) => /^::\d+\./.test(text)));
        // A range in mapped form is one of IPv4, as above.
        fc.pre(ipaddr.process(base).kind() === 'ipv6');
        expect(readNetworks([`${base}/${bits}`]).has(address)).toBe(reference(`${base}/${bits}`, address));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('several ranges are one of them; no range is none', () => {
  const networks = readNetworks(['192.0.2.7', '10.0.0.0/8', '2001:db8::/32', '::1']);
  expect(
    ['192.0.2.7', '10.9.9.9', '2001:db8:1::1', '::1', '::ffff:10.0.0.1'].every((one) => networks.has(one)),
  ).toBe(true);
  expect(
    ['192.0.2.8', '11.0.0.1', '2001:db9::1', '::2', '', 'nonsense'].some((one) => networks.has(one)),
  ).toBe(false);
  expect([readNetworks([]).isEmpty, readNetworks([]).has('10.0.0.1')]).toEqual([true, false]);
});

test.each([
  '10.0.0.0/33',
  '10.0.0/8',
  '::/129',
  'a host',
  '10.0.0.1/8/8',
  '',
  '10.0.0.0/-1',
  '10.0.0.0/',
  '::ffff:10.0.0.0/95',
])('%s is refused', (entry) => {
  expect(() => readNetworks([entry])).toThrow(/neither an address nor a CIDR/);
});
