import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { resource } from './define-provider.ts';
import { advanceIncremental, incrementalRequest, startIncremental } from './incremental.ts';
import type { IncrementalState } from './incremental.ts';
import type { Incremental, Page, Resource } from './types.ts';

interface Row {
  id: string;
  at: number;
}

const schema = z.object({ id: z.string(), at: z.number() });

/** A provider in memory: the spec's json is the query. */
function rows(extra: Partial<Incremental>): Resource {
  return resource<Row>({
    name: 'rows',
    label: 'Rows',
    eventPrefix: 'row',
    schema,
    idOf: (raw) => raw.id,
    updatedAtOf: (raw) => new Date(raw.at),
    display: (raw) => ({ title: raw.id }),
    fieldsOf: () => ({}),
    fields: [],
    pageSize: 2,
    list: () => ({ method: 'GET', url: 'api:/' }),
    readPage: () => ({ records: [] }),
    incremental: {
      lookBackMs: 0,
      request: ({ since, until, cursor = '0', limit }) => ({
        method: 'POST',
        url: 'api:/',
        json: { since: since.getTime(), until: until?.getTime(), cursor, limit },
      }),
      ties: ({ at, afterId = '', cursor = '0', limit }) => ({
        method: 'POST',
        url: 'api:/',
        json: { at: at.getTime(), afterId, cursor, limit },
      }),
      ...extra,
    },
  });
}

function answer(data: readonly Row[], json: unknown, reach: number): Page {
  const query = json as {
    since?: number;
    until?: number;
    at?: number;
    afterId?: string;
    cursor: string;
    limit: number;
  };
  const found =
    query.at === undefined
      ? data
          .filter((row) => row.at >= (query.since ?? 0) && row.at <= (query.until ?? Infinity))
          .toSorted((a, b) => a.at - b.at)
      : data
          .filter((row) => row.at === query.at && row.id > (query.afterId ?? ''))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const from = Number(query.cursor);
  const end = Math.min(from + query.limit, reach);
  const next = end < Math.min(found.length, reach) ? { next: String(end) } : {};
  return { records: found.slice(from, end), total: found.length, ...next };
}

function walk(
  from: Resource,
  data: readonly Row[],
  since: number,
  until: number | undefined,
  reach = Infinity,
): string[] {
  const seen = new Set<string>();
  let state = startIncremental(from, new Date(since), until === undefined ? undefined : new Date(until));
  for (let pages = 0; pages < 1000; pages++) {
    const page = answer(data, incrementalRequest(from, state).json, reach);
    for (const raw of page.records) seen.add((raw as Row).id);
    const next = advanceIncremental(from, state, page);
    if (next === undefined) return [...seen].toSorted();
    state = next;
  }
  throw new Error('the walk does not end');
}

const world = fc
  .array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 })
  .map((times) => times.map((at, index) => ({ id: String(1000 + index), at })));

for (const [name, extra, reach] of [
  ['by plain cursor', {}, Infinity],
  ['with a window for each page', { movingOffset: true }, Infinity],
  ['with windows that end at four results', { maxResults: 4 }, 4],
  ['with both', { maxResults: 4, movingOffset: true }, 4],
] as const) {
  test(`${name}, a walk finds every change in its bounds and nothing else, however many share a time`, () => {
    fc.assert(
      fc.property(world, fc.nat(6), fc.option(fc.nat(6), { nil: undefined }), (data, since, until) => {
        const expected = data
          .filter((row) => row.at >= since && row.at <= (until ?? Infinity))
          .map((row) => row.id);
        expect(walk(rows(extra), data, since, until, reach)).toEqual(expected.toSorted());
      }),
    );
  });
}

test('a run looks back, because the index of a provider lags', () => {
  expect(startIncremental(rows({ lookBackMs: 5000 }), new Date(60_000)).since).toBe(
    new Date(55_000).toISOString(),
  );
});

test('without a lower bound, a walk from the newest finds all since the bound, and stops on the page that passes it', () => {
  const newest = rows({
    window: 'created',
    newestFirst: true,
    request: ({ cursor = '0', limit }) => ({ method: 'POST', url: 'api:/', json: { cursor, limit } }),
  });
  fc.assert(
    fc.property(world, fc.nat(6), (data, since) => {
      const sorted = data.toSorted((a, b) => b.at - a.at);
      const seen: Row[] = [];
      let state: IncrementalState | undefined = startIncremental(newest, new Date(since));
      while (state !== undefined) {
        const { cursor, limit } = incrementalRequest(newest, state).json as { cursor: string; limit: number };
        const from = Number(cursor);
        const more = from + limit < sorted.length ? { next: String(from + limit) } : {};
        const page: Page = { records: sorted.slice(from, from + limit), ...more };
        seen.push(...(page.records as Row[]));
        state = advanceIncremental(newest, state, page);
      }
      const wanted = sorted.filter((row) => row.at >= since);
      expect(seen.slice(0, wanted.length)).toEqual(wanted);
      // The page that holds the first older one is the last, and two records are a page.
      expect(seen.length).toBeLessThanOrEqual(wanted.length + 2);
    }),
  );
});
