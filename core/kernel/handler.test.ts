import fc from 'fast-check';
import { expect, it } from 'vitest';
import { etag, ifMatch, type RequestContext } from './handler.ts';

const saying = (value: string | string[] | undefined) =>
  ifMatch({ headers: { 'if-match': value } } as unknown as RequestContext);

it('the version that an ETag carries is the one that If-Match says was read', () => {
  fc.assert(
    fc.property(fc.nat(), (version) => {
      expect(saying(etag(version).etag)).toBe(version);
    }),
  );
  expect(saying('W/"7"')).toBe(7);
});

it('without If-Match, or with *, any version will do', () => {
  expect([saying(undefined), saying('*')]).toEqual([undefined, undefined]);
});

it.each([['7'], ['"7'], ['"x"'], [''], ['"7", "8"'], ['"-1"'], ['"7"\n']])(
  'what is not an ETag of ours (%j) matches no version',
  (value) => {
    expect(saying(value)).toBeNaN();
  },
);
