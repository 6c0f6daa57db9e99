import fc from 'fast-check';
import { expect, it } from 'vitest';
import { samePagePath } from './same-page-path.ts';

it('goes on to a path of this site with its query', () => {
  expect(samePagePath('/events?type=contact.updated')).toBe('/events?type=contact.updated');
  expect(samePagePath(undefined)).toBe('/');
});

it.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
  '',
])('never leads to another site: %j', (next) => {
  expect(new URL(samePagePath(next), 'https://here.example').host).toBe('here.example');
});

it('never leads to another site, whatever the link says', () => {
  fc.assert(
    fc.property(fc.string(), (tail) => {
      expect(new URL(samePagePath(`/${tail}`), 'https://here.example').host).toBe('here.example');
    }),
  );
});
