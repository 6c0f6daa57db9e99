import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCircles } from './find-circles.ts';

test('a circle is told once, by its shortest way round', () => {
  expect(
    findCircles([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
      ['d', 'b'],
      ['c', 'b'],
    ]),
  ).toEqual([['b', 'c']]);
});

test('a file that imports itself is a circle', () => {
  expect(findCircles([['a', 'a']])).toEqual([['a']]);
});

const anyEdges = fc.array(
  fc.tuple(fc.nat(8), fc.nat(8)).map(([from, to]) => [`${from}`, `${to}`] as const),
  { maxLength: 12 },
);

/** Another way to tell: files that import nothing fall away, again and again; a circle never does. */
function hasCircle(edges: readonly (readonly [string, string])[]): boolean {
  const left = edges.filter(([, to]) => edges.some(([from]) => from === to));
  return left.length > 0 && (left.length === edges.length || hasCircle(left));
}

test('a circle is told exactly when there is one', () => {
  fc.assert(
    fc.property(anyEdges, (edges) => {
      expect(findCircles(edges).length > 0).toBe(hasCircle(edges));
    }),
  );
});

test('every circle told is one: each file imports the next, and the last the first', () => {
  fc.assert(
    fc.property(anyEdges, (edges) => {
      const known = new Set(edges.map(([from, to]) => `${from}>${to}`));
      for (const circle of findCircles(edges)) {
        circle.forEach((file, at) => expect(known).toContain(`${file}>${circle[(at + 1) % circle.length]}`));
      }
    }),
  );
});
