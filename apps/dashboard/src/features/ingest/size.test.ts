import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeOf, sizeText, unitBytes } from './size.ts';

test('a size in its unit is the same number of bytes, whatever it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 * 1024 * 1024 }), (bytes) => {
      const { amount, unit } = sizeOf(bytes);
      expect(Number.isInteger(amount)).toBe(true);
      expect(amount * unitBytes[unit]).toBe(bytes);
    }),
  );
  expect(sizeOf(1024 * 1024)).toEqual({ amount: 1, unit: 'MiB' });
  expect(sizeOf(1536 * 1024)).toEqual({ amount: 1536, unit: 'KiB' });
});

test('it is told in the largest unit that it fills', () => {
  const told = [1, 1023, 1024, 1536 * 1024, 10 * 1024 * 1024].map((bytes) => sizeText(bytes, 'en'));
  expect(told).toEqual(['1 byte', '1,023 bytes', '1 KiB', '1.5 MiB', '10 MiB']);
});
