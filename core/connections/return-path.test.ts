import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localPath, withAnswer } from './return-path.ts';

describe('the way back', () => {
  it.each([
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    '/.//evil.test',
    '/%2e//evil.test',
    '/a/..//evil.test',
    '\\\\evil.test',
    'https:evil',
    '/\n//x',
    '',
  ])('is never %j', (path) => {
    expect(localPath(path)).toBeUndefined();
    expect(withAnswer(path, { connected: 'x' })).toBe('/?connected=x');
  });

  it('keeps the query and the place in the page, and overwrites an answer that was made up', () => {
    expect(withAnswer('/a?tab=2&connected=fake#part', { connected: 'x' })).toBe('/a?tab=2&connected=x#part');
  });

  it('stays on this site whatever is asked', () => {
    const parts = [
      '/',
      '\\',
      '.',
      '%2e',
      '%2f',
      '@',
      ':',
      '?',
      '#',
      '\t',
      '\n',
      ' ',
      'a',
      'evil.test',
      'https:',
    ];
    const odd = fc.string({ unit: fc.constantFrom(...parts) });
    fc.assert(
      fc.property(odd, (path) => {
        for (const way of [localPath(path) ?? '/', withAnswer(path, { connected: 'x' })]) {
          expect(new URL(way, 'https://site.test').origin).toBe('https://site.test');
          expect(way).toMatch(/^\/(?![/\\])/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
