import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tx } from '@mortise/platform/database';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId, traceIdOf } from '../kernel/index.ts';
import { createEvents } from './append.ts';
import { listEventRows, readEventsOfTrace, showEvent } from './store.ts';
import type { EventSubscriber, NewEvent, StoredEvent } from './stored-event.ts';

let test: TestDatabase;
let tenantId: string;
let traceId: string;

beforeAll(async () => void (test = await createTestDatabase({ max: 2 })));
afterAll(() => test.drop());
beforeEach(() => {
  tenantId = newId();
  traceId = traceIdOf(newId());
});

const event = (n: number, data: Record<string, unknown> = { n }): NewEvent => ({
  type: 'contact.updated',
  subject: `rec_${n}`,
  data,
});
const append = (events: NewEvent[], ...subscribers: EventSubscriber[]) =>
  test.db.tenant(tenantId, (tx) => createEvents({ subscribers }).append(tx, { tenantId, traceId }, events));
const log = () => test.db.tenant(tenantId, (tx) => listEventRows(tx, tenantId, { limit: 10_000 }));
/** A subscriber that writes something of its own for each event, and says it was bound for `count` webhooks. */
const note =
  (count: number): EventSubscriber =>
  async (tx, events) => {
    await tx.query(
      `insert into counters (tenant_id, hour, name, value) select $1, now(), 'noted ' || id, 1 from unnest($2::text[]) id`,
      [tenantId, events.map(({ id }) => `${count} ${id}`)],
    );
    return new Map(events.map(({ id }) => [id, count]));
  };
const notes = () =>
  test.db.tenant(tenantId, (tx) => tx.query('select from counters where tenant_id = $1', [tenantId]));

describe('appending', () => {
  it('keeps events in their order under their trace, and gives back what it kept', async () => {
    const at = new Date('2026-02-03T04:05:06.789Z');
    const stored = await append([event(1), { ...event(2), subject: null, occurredAt: at }]);
    const rows = (await log()).toReversed();
    expect(rows.map((row) => row.id)).toEqual(stored.map(({ id }) => id));
    expect(rows.map((row) => [row.type, row.subject, row.data, row.delivery_count])).toEqual([
      ['contact.updated', 'rec_1', { n: 1 }, 0],
      ['contact.updated', null, { n: 2 }, 0],
    ]);
    expect(rows[1]?.occurred_at).toEqual(at);
    expect(showEvent(rows[0]!)).toMatchObject({
      traceId,
      deliveryCount: 0,
      occurredAt: stored[0]!.occurredAt.toISOString(),
    });
    const traced = await test.db.tenant(tenantId, (tx) =>
      readEventsOfTrace(tx, tenantId, traceId, { limit: 1 }),
    );
    expect([traced.count, traced.first.map(({ subject }) => subject)]).toEqual([2, ['rec_1']]);
  });

  it('of nothing writes nothing and asks nobody', async () => {
    let asked = false;
    const stored = await append([], async () => {
      asked = true;
      return new Map();
    });
    expect([stored, asked, await log()]).toEqual([[], false, []]);
  });

  it('adds up what the subscribers say each event is bound for', async () => {
    const onlyFirst: EventSubscriber = async (_tx, [first]) => new Map([[first!.id, 5]]);
    await append([event(1), event(2)], note(2), onlyFirst);
    expect((await log()).map((row) => row.delivery_count)).toEqual([2, 7]);
    expect(await notes()).toHaveLength(2);
  });

  it('takes everything back, what other subscribers wrote too, when one of them fails', async () => {
    const fails: EventSubscriber = () => Promise.reject(new Error('no'));
    await expect(append([event(1)], note(1), fails)).rejects.toThrow('no');
    expect([await log(), await notes()]).toEqual([[], []]);
  });

  it('is taken back with the transaction that it was part of', async () => {
    await test.db
      .tenant(tenantId, async (tx: Tx) => {
        await createEvents({ subscribers: [note(1)] }).append(tx, { tenantId, traceId }, [event(1)]);
        throw new Error('later');
      })
      .catch(() => {});
    expect([await log(), await notes()]).toEqual([[], []]);
  });

  it('cannot be done for a tenant that the transaction does not act for', async () => {
    const events = createEvents({ subscribers: [] });
    const foreign = test.db.tenant(newId(), (tx) => events.append(tx, { tenantId, traceId }, [event(1)]));
    await expect(foreign).rejects.toThrow(/row-level security/);
  });

  it('takes 5,000 at once, each with its own data', async () => {
    const stored = await append(
      Array.from({ length: 5_000 }, (_, n) => event(n, { n, text: `"quoted", {braced} \\ ${n}` })),
      note(1),
    );
    const rows = (await log()).toReversed();
    expect(rows).toHaveLength(5_000);
    expect(rows.map(({ data }) => data)).toEqual(stored.map(({ data }) => data));
    expect(rows.every((row, n) => row.subject === `rec_${n}` && row.delivery_count === 1)).toBe(true);
  });

  it('replaces what the database cannot hold, before the subscribers see it, and keeps the rest', async () => {
    let seen: readonly StoredEvent[] = [];
    const look: EventSubscriber = async (_tx, events) => {
      seen = events;
      return new Map();
    };
    const wild = { 'na\0me': 'nul \0 and half \ud83d of a pair', fine: 'whole 😀 pair, \\u0000 in letters' };
    await append([{ ...event(1, wild), subject: 'a\0b' }, event(2)], look);
    const kept = { 'na\ufffdme': 'nul \ufffd and half \ufffd of a pair', fine: wild.fine };
    const rows = (await log()).toReversed();
    expect(rows.map(({ subject, data }) => [subject, data])).toEqual([
      ['a\ufffdb', kept],
      ['rec_2', { n: 2 }],
    ]);
    expect([seen[0]?.subject, seen[0]?.data]).toEqual(['a\ufffdb', kept]);
  });

  it('gives subscribers the data as it will be read again: dates as texts, what is undefined left out', async () => {
    const [stored] = await append([event(1, { at: new Date(0), none: undefined })]);
    expect(Object.entries(stored!.data)).toEqual([['at', '1970-01-01T00:00:00.000Z']]);
  });
});
