import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chain, type Link } from './chain.ts';
import { Fifo } from './fifo.ts';

test('a queue gives out what went in, in order, whatever the interleaving', () => {
  fc.assert(
    fc.property(
      // Bursts, so that it grows past what it keeps and is emptied again and again.
      fc.array(
        fc.record({
          step: fc.constantFrom('push', 'shift', 'drain'),
          times: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 900, max: 3_000 })),
        }),
        { maxLength: 40, size: 'max' },
      ),
      (steps) => {
        const queue = new Fifo<number>();
        const model: number[] = [];
        let n = 0;
        for (const { step, times } of steps) {
          for (let time = 0; step !== 'drain' && time < times; time++) {
            expect(queue.peek()).toBe(model[0]);
            if (step === 'shift') expect(queue.shift()).toBe(model.shift());
            else {
              queue.push(n);
              model.push(n++);
            }
          }
          if (step === 'drain') expect(queue.drain()).toEqual(model.splice(0));
          expect(queue.length).toBe(model.length);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('a queue that has grown keeps nothing of what it gave out', () => {
  const queue = new Fifo<object>();
  for (let n = 0; n < 5_000; n++) queue.push({ n });
  queue.drain();
  expect(JSON.stringify(queue)).toBe(JSON.stringify(new Fifo()));
  expect([queue.length, queue.peek(), queue.shift()]).toEqual([0, undefined, undefined]);
});

test('a chain has what was added and not taken out, in the order of entry, whatever is taken out when', () => {
  interface Item extends Link<Item> {
    n: number;
  }
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const) }),
    fc.record({ kind: fc.constant('delete' as const), at: fc.nat(30) }),
    fc.record({ kind: fc.constant('sweep' as const), every: fc.integer({ min: 1, max: 5 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const chain = new Chain<Item>();
      const all: Item[] = [];
      let model: Item[] = [];
      for (const one of steps) {
        if (one.kind === 'add') {
          const item: Item = { n: all.length };
          chain.add(item);
          all.push(item);
          model.push(item);
        } else if (one.kind === 'delete') {
          const item = all[one.at];
          if (item !== undefined) expect(chain.delete(item)).toBe(model.includes(item));
          model = model.filter((other) => other !== item);
        } else {
          // What is being looked at may go.
          for (const item of chain) if (item.n % one.every === 0) chain.delete(item);
          model = model.filter(({ n }) => n % one.every !== 0);
        }
        expect([...chain].map(({ n }) => n)).toEqual(model.map(({ n }) => n));
        expect(chain.size).toBe(model.length);
      }
      // What is out refers to nothing that is in.
      for (const item of all)
        if (!model.includes(item)) expect([item.before, item.after]).toEqual([undefined, undefined]);
      if (model[0] !== undefined) expect(() => chain.add(model[0]!)).toThrow(/already/);
    }),
  );
});
