import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gather } from './gather.ts';

test('what is asked for within one turn is one lot, and what comes while it is under way is the next', async () => {
  const lots: number[][] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const act = gather(async (items: readonly number[]) => {
    lots.push([...items]);
    if (lots.length === 1) await gate;
    return items;
  });
  const first = [act(1), act(2)];
  await new Promise((resolve) => setImmediate(resolve));
  const second = [act(3), act(4), act(5)];
  release();
  expect(await Promise.all([...first, ...second])).toEqual([1, 2, 3, 4, 5]);
  expect(lots).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test('everybody gets their own result or their own error, however they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ turn: fc.nat(3), bad: fc.boolean() })), async (asked) => {
      const act = gather(async (items: readonly number[]) =>
        items.map((n) => (asked[n]?.bad === true ? new Error(`no ${n}`) : `yes ${n}`)),
      );
      const said = asked.map(async ({ turn }, n) => {
        for (let at = 0; at < turn; at += 1) await new Promise((resolve) => setImmediate(resolve));
        return act(n).catch((error: unknown) => (error as Error).message);
      });
      expect(await Promise.all(said)).toEqual(asked.map(({ bad }, n) => `${bad ? 'no' : 'yes'} ${n}`));
    }),
  );
});

test('a lot that fails fails for all of it, and the next one is tried all the same', async () => {
  let lots = 0;
  const act = gather(async (items: readonly number[]) => {
    lots += 1;
    if (lots === 1) throw new Error('away');
    return items;
  });
  expect((await Promise.allSettled([act(1), act(2)])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ]);
  expect(await act(3)).toBe(3);
});
