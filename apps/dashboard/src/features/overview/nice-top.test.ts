import fc from 'fast-check';
import { expect, it } from 'vitest';
import { niceTop } from './nice-top.ts';

it('holds every value, wastes at most half the scale, and divides by four', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (greatest) => {
      const top = niceTop(greatest);
      expect(top).toBeGreaterThanOrEqual(greatest);
      expect(top % 4).toBe(0);
      if (greatest > 4) expect(top).toBeLessThanOrEqual(greatest * 2);
    }),
  );
});
