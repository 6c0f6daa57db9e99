import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metadataOf, metadataProblems } from './metadata-problems.ts';

const row = fc.record({ key: fc.constantFrom('', 'a', 'b', '__proto__'), value: fc.constantFrom('', 'x') });

test('rows without a problem are sent whole: no value that was entered is lost', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
      const sent = Object.entries(metadataOf(rows));
      const entered = rows.filter(({ key, value }) => key !== '' || value !== '');
      const isWhole = metadataProblems(rows).every((problem) => problem === undefined);
      expect(isWhole).toBe(sent.length === entered.length);
      if (isWhole) expect(sent).toEqual(entered.map(({ key, value }) => [key, value]));
    }),
  );
});

test('the later of two equal keys is the one that is wrong, and an empty row is none', () => {
  const rows = [
    { key: 'a', value: '1' },
    { key: '', value: '' },
    { key: 'a', value: '2' },
    { key: '', value: '3' },
  ];
  expect(metadataProblems(rows)).toEqual([undefined, undefined, 'key_twice', 'no_key']);
});
