import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId, Turns } from '../kernel/index.ts';
import { Backlog } from './backlog.ts';
import { defaultLimits } from './limits.ts';
import { orderKey } from './order-key.ts';
import { grantPermits, permitLifeMs, type Cell } from './rate-window.ts';
import { shareClaims } from './share-claims.ts';
import { shareOut } from './share-out.ts';

const backlogs = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });

test('of k tenants that wait each gets every kth turn, however much the others have, and its own in their order', () => {
  fc.assert(
    fc.property(backlogs, (sizes) => {
      const turns = new Turns<[number, number]>();
      for (const [tenant, size] of sizes.entries())
        for (let n = 0; n < size; n++) turns.push(`t${tenant}`, [tenant, n]);
      const left = [...sizes];
      const next = sizes.map(() => 0);
      const waited = sizes.map(() => 0);
      while (turns.length > 0) {
        const busy = left.filter((count) => count > 0).length;
        const [tenant, n] = turns.shift()!;
        expect(n).toBe(next[tenant]);
        next[tenant]! += 1;
        left[tenant]! -= 1;
        for (const [other] of sizes.entries()) waited[other]! += 1;
        expect(waited[tenant]).toBeLessThanOrEqual(Math.max(busy, sizes.length));
        waited[tenant] = 0;
      }
      expect(left.every((count) => count === 0)).toBe(true);
    }),
  );
});

test('one who comes late waits one turn of each, however long the others have waited', () => {
  fc.assert(
    fc.property(backlogs, fc.nat(200), (sizes, before) => {
      const turns = new Turns<string>();
      for (const [tenant, size] of sizes.entries())
        for (let n = 0; n < size; n++) turns.push(`t${tenant}`, 'old');
      for (let n = 0; n < Math.min(before, turns.length - 1); n++) turns.shift();
      turns.push('late', 'new');
      let taken = 1;
      while (turns.shift() !== 'new') taken += 1;
      expect(taken).toBeLessThanOrEqual(sizes.length + 1);
    }),
  );
});

test('no tenant can fill the memory: what the others have not taken stays free for one that has nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 600, size: 'max' }),
      // k tenants leave at least (memory + 1) / 2^k - 1 free, and there are six here.
      fc.integer({ min: 130, max: 500 }),
      (steps, memory) => {
        const backlog = new Backlog({ ...defaultLimits, memory });
        const held = new Map<number, string[]>();
        for (const [tenant, enters] of steps) {
          const own = held.get(tenant) ?? [];
          held.set(tenant, own);
          if (enters) {
            const id = newId();
            const enterable = own.length < memory - backlog.size;
            expect(backlog.enter(id, { tenantId: `t${tenant}`, webhookId: `w${tenant}` })).toBe(enterable);
            if (enterable) own.push(id);
          } else backlog.leave(own.shift() ?? '');
        }
        expect(backlog.size).toBe([...held.values()].flat().length);
        expect(backlog.size).toBeLessThanOrEqual(memory);
        expect(backlog.enter(newId(), { tenantId: 'new', webhookId: 'w' })).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test('claims are shared out by turns of tenants, then of their webhooks, and none is wasted', () => {
  const lines = fc.uniqueArray(fc.tuple(fc.nat(6), fc.nat(30)), {
    selector: ([tenant, webhook]) => tenant * 100 + webhook,
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      lines,
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 40 }),
      (given, count, most) => {
        const named = given.map(([tenant, webhook]) => ({
          tenant_id: `${tenant}`,
          webhook_id: `${tenant}-${webhook}`,
        }));
        const shares = shareClaims(named, count, most);
        const total = shares.reduce((sum, share) => sum + share.count, 0);
        expect(total).toBe(Math.min(count, named.length * most));
        const perTenant = new Map<string, number>();
        for (const { line, count: own } of shares) {
          expect(own).toBeLessThanOrEqual(most);
          perTenant.set(line.tenant_id, (perTenant.get(line.tenant_id) ?? 0) + own);
        }
        const tenants = new Set(named.map((line) => line.tenant_id));
        for (const tenant of tenants) {
          const could = named.filter((line) => line.tenant_id === tenant).length * most;
          expect(perTenant.get(tenant) ?? 0).toBeGreaterThanOrEqual(
            Math.min(could, Math.floor(count / tenants.size)),
          );
        }
      },
    ),
  );
});

test('the parts of all processes add up to the whole, differ by one at most, and one that leaves moves little', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 }),
      fc.uuid(),
      (whole, sharers, key) => {
        const parts = sharers.map((own) => shareOut(whole, key, sharers, own));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        expect(shareOut(whole, key, sharers, 'a stranger')).toBe(0);
        const holder = sharers.find((own) => shareOut(1, key, sharers, own) === 1);
        for (const leaver of sharers) {
          if (leaver === holder || sharers.length === 1) continue;
          const rest = sharers.filter((one) => one !== leaver);
          expect(shareOut(1, key, rest, holder!)).toBe(1);
        }
      },
    ),
  );
});

test('in any span no more sends than the limit, whoever asks when and whenever in its life a permit is used', () => {
  const limits = fc.record({
    requests: fc.integer({ min: 1, max: 30 }),
    perSeconds: fc.integer({ min: 1, max: 20 }),
  });
  const asks = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -200, max: 3_000 })),
      wanted: fc.integer({ min: 1, max: 40 }),
      usedAfter: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 150, size: 'max' },
  );
  fc.assert(
    fc.property(limits, asks, (limit, list) => {
      let cells: Cell[] = [];
      let [now, latest] = [1_000_000, 1_000_000];
      const sends: number[] = [];
      for (const { afterMs, wanted, usedAfter } of list) {
        // A clock that is set back stands still as far as sends are concerned: time itself goes on.
        now += afterMs;
        latest = Math.max(latest, now);
        const grant = grantPermits(cells, limit, wanted, now);
        cells = grant.cells;
        expect(cells.length).toBeLessThanOrEqual(25);
        for (let n = 0; n < grant.granted; n++) sends.push(latest + usedAfter * permitLifeMs(limit));
        if (grant.granted === 0) {
          expect(grantPermits(cells, limit, 1, now + grant.againMs - 1).granted).toBe(0);
          expect(grantPermits(cells, limit, 1, now + grant.againMs).granted).toBe(1);
        }
      }
      sends.sort((one, other) => one - other);
      for (const [index, start] of sends.entries()) {
        const within = sends.slice(index).filter((at) => at < start + limit.perSeconds * 1000).length;
        expect(within).toBeLessThanOrEqual(limit.requests);
      }
    }),
    { numRuns: 300 },
  );
});

test('a steady asker gets at least four fifths of the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 10 }), (requests, perSeconds) => {
      const limit = { requests, perSeconds };
      let cells: Cell[] = [];
      let granted = 0;
      const spans = 20;
      for (let now = 0; now < spans * perSeconds * 1000; now += 25) {
        const grant = grantPermits(cells, limit, Math.ceil(requests / 10), now);
        cells = grant.cells;
        granted += grant.granted;
      }
      expect(granted).toBeGreaterThanOrEqual(0.8 * requests * spans);
    }),
    { numRuns: 30 },
  );
});

test('an order key is the same for the same value wherever its keys stand, and there is none without a value', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue(), { noNullPrototype: true }),
      (given) => {
        const data = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
        const body = { id: 'evt_1', data };
        for (const [name, value] of Object.entries(data)) {
          const pointer = `/data/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          const key = orderKey(pointer, body);
          expect(key === null).toBe(value === null);
          expect(orderKey('/value', { value: JSON.parse(JSON.stringify(value)) as unknown })).toBe(key);
          expect(key ?? '0'.repeat(32)).toMatch(/^[0-9a-f]{32}$/);
        }
        expect(orderKey('', body)).toBe(orderKey('', { other: true }));
      },
    ),
  );
  for (const nowhere of ['/none', '/data/none/deeper', '/list/length', '/list/01', '/constructor', '/text/0'])
    expect(orderKey(nowhere, { data: {}, list: [1], text: 'abc' })).toBeNull();
});
