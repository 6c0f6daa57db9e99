import { idAlphabet, idPrefixes, idSchema, type IdKind } from '@mortise/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, idFloor, newId, publicId, traceIdOf, traceUuid } from './ids.ts';

const kinds = Object.keys(idPrefixes) as IdKind[];
const kind = fc.constantFrom(...kinds);
const uuid = fc.oneof(
  fc.uuid(),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
);
/** Changes one character of a text. */
const changed = (text: string, at: number, to: string) => text.slice(0, at) + to + text.slice(at + 1);

describe('a new id', () => {
  it('is a UUID of version 7 that no other is, and comes after all before it, even with the clock set back', () => {
    const realNow = Date.now;
    let now = realNow();
    Date.now = () => now;
    try {
      const steps = fc.array(fc.constantFrom(0, 0, 0, 1, 5, -3_600_000), { minLength: 1, maxLength: 2_000 });
      let last = newId();
      fc.assert(
        fc.property(steps, (given) => {
          for (const step of given) {
            now += step;
            const next = newId();
            expect(next).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
            expect(next > last).toBe(true);
            last = next;
          }
        }),
        { numRuns: 20 },
      );
    } finally {
      Date.now = realNow;
    }
  });
});

describe('a public id', () => {
  it('stands for exactly one UUID of one kind, and back', () => {
    fc.assert(
      fc.property(kind, uuid, (of, id) => {
        expect(bareId(of, publicId(of, id))).toBe(id);
      }),
    );
  });

  it('keeps the order of the UUIDs', () => {
    fc.assert(
      fc.property(kind, uuid, uuid, (of, a, b) => {
        expect(publicId(of, a) < publicId(of, b)).toBe(a < b);
      }),
    );
  });

  it('is what the contract accepts for its kind, and for no other', () => {
    fc.assert(
      fc.property(kind, kind, uuid, (of, other, id) => {
        expect(idSchema(other).safeParse(publicId(of, id)).success).toBe(of === other);
      }),
    );
  });

  it('that the contract accepts has a UUID, of which it is the only public form', () => {
    const lookalike = fc
      .tuple(
        kind,
        uuid,
        fc.integer({ min: 0, max: 40 }),
        fc.oneof(
          fc.string({ maxLength: 2 }),
          fc.constantFrom(...idAlphabet.split(''), 'I', 'l', 'o', 'u', 'Z'),
        ),
      )
      .map(([of, id, at, to]) => ({ of, text: changed(publicId(of, id), at, to) }));
    fc.assert(
      fc.property(lookalike, ({ of, text }) => {
        const accepted = idSchema(of).safeParse(text).success;
        if (accepted) expect(publicId(of, bareId(of, text))).toBe(text);
        else expect(() => bareId(of, text)).toThrow(TypeError);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['another prefix', `evt_${'0'.repeat(26)}`],
    ['more than 128 bits', `conn_8${'0'.repeat(25)}`],
    ['capitals', `conn_0${'A'.repeat(25)}`],
    ['a letter that is left out because it looks like a digit', `conn_0${'o'.repeat(25)}`],
    ['a character too few', `conn_${'0'.repeat(25)}`],
    ['a character too many', `conn_${'0'.repeat(27)}`],
    ['a line after it', `conn_${'0'.repeat(26)}\n`],
    ['nothing', ''],
  ])('with %s is refused', (_, text) => {
    expect(() => bareId('connection', text)).toThrow(TypeError);
    expect(idSchema('connection').safeParse(text).success).toBe(false);
  });
});

it('new ids of one process are all different and sort as they were made', () => {
  const ids = Array.from({ length: 5_000 }, newId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it('a trace id and its UUID are two forms of one thing', () => {
  fc.assert(
    fc.property(uuid, (id) => {
      expect(traceUuid(traceIdOf(id))).toBe(id);
    }),
  );
});

describe('the least id of a moment', () => {
  let test: TestDatabase;
  beforeAll(async () => void (test = await createTestDatabase({ max: 1 })));
  afterAll(() => test.drop());
  const moment = fc.date({ min: new Date(0), max: new Date('2999-12-31T00:00:00Z'), noInvalidDate: true });

  it('is above every id made before it and not above one made at or after it', () => {
    const before = Date.now();
    const id = newId();
    const after = Date.now();
    expect(idFloor(new Date(before)) <= id).toBe(true);
    expect(idFloor(new Date(after + 1)) > id).toBe(true);
  });

  it('keeps the order of time, and stays a UUID at both of its ends', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        expect(idFloor(a) < idFloor(b)).toBe(a.getTime() < b.getTime());
      }),
    );
    expect(idFloor(new Date(-1))).toBe('00000000-0000-7000-8000-000000000000');
    expect(idFloor(new Date(8.64e15))).toBe('ffffffff-ffff-7000-8000-000000000000');
  });

  it('is the same in SQL and in the kernel, to the millisecond', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 50 }), async (moments) => {
        const rows = await test.db.engine((tx) =>
          tx.query<{ id: string }>('select uuid_floor(m) as id from unnest($1::timestamptz[]) m', [moments]),
        );
        expect(rows.map((row) => row.id)).toEqual(moments.map(idFloor));
      }),
      { numRuns: 30 },
    );
    // What lies between two milliseconds belongs to the first of them, or ids of it would lie below their floor.
    const [row] = await test.db.engine((tx) =>
      tx.query<{ id: string }>(`select uuid_floor('2026-11-20T10:00:00.0009Z') as id`),
    );
    expect(row?.id).toBe(idFloor(new Date('2026-11-20T10:00:00.000Z')));
  });
});
