import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MortiseError } from '../kernel/index.ts';
import { judgeProxyPath, loggedPath } from './proxy-path.ts';

it.each([
  ['', '/'],
  ['?a=b', '/?a=b'],
  ['/crm/v3/objects?limit=2&q=a/../b', '/crm/v3/objects?limit=2&q=a/../b'],
  ['/v1/models:predict', '/v1/models:predict'],
  ['/a%20b/%C3%A9/x@y', '/a%20b/%C3%A9/x@y'],
  ['/...', '/...'],
])('%j goes through', (target, path) => expect(judgeProxyPath(target)).toBe(path));

it.each([
  '//evil.example/x',
  '/%2fevil.example',
  '/http://evil.example/',
  '/HTTPS:/evil.example',
  '/a/../b',
  '/..',
  '/.',
  '/a/%2e%2e/b',
  '/a/.%2E',
  '/a/%252e%252e/b',
  '/a/%252e%252e/%25zz',
  '/..;x=1/admin',
  '/a\\b',
  '/a%5Cb',
  '/a%2Fb',
  '/a%252fb',
  '/%c0%ae%c0%ae/a',
  '/a%00',
  '/a%0d%0ab',
  '/a b',
  '/é',
  '/a#b',
  '/%zz',
  '@evil.example',
  '.evil.example/',
  ':8080/',
  `/${'a'.repeat(5_000)}`,
  `/%${'25'.repeat(10)}41`,
])('%j is refused', (target) => {
  expect(() => judgeProxyPath(target)).toThrow(MortiseError);
});

it('what goes through stays under the host and path it is appended to, decoded however often', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '\\',
    '%25',
    '2e',
    '2f',
    'a',
    ':',
    '@',
    '?',
    '//',
    'http:',
    ';',
    '#',
    '%09',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      let path: string;
      try {
        path = judgeProxyPath(pieces.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(MortiseError);
        return;
      }
      for (let depth = 0; depth < 4; depth++) {
        const url = new URL(`https://api.example/base${path}`);
        expect(url.origin).toBe('https://api.example');
        expect(url.pathname.startsWith('/base/')).toBe(true);
        path = path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        );
        path = path.split('?', 1)[0]!;
      }
    }),
    { numRuns: 3_000 },
  );
});

it('the log keeps the names of a query without their values, and not more than its column takes', () => {
  expect(loggedPath('/a/b?token=s3cret&limit=2&token=x')).toBe('/a/b?token&limit');
  expect(loggedPath(`/${'a'.repeat(3_000)}?x=1`)).toHaveLength(600);
});
