import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tx } from '@mortise/platform/database';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId } from '../kernel/index.ts';
import { createVault, VaultError, type Place, type Vault } from './index.ts';

const first = randomBytes(32);
const second = randomBytes(32);
const secret = 'a very secret refresh token';

let test: TestDatabase;
let vault: Vault;
let tenantA: string;
let tenantB: string;

beforeAll(async () => void (test = await createTestDatabase({ max: 4 })));
afterAll(() => test.drop());
beforeEach(async () => {
  vault = createVault({ masterKeys: [first] });
  [tenantA, tenantB] = [newId(), newId()];
  await test.db.engine((tx) =>
    tx.query("insert into tenants (id, name) values ($1, 'A'), ($2, 'B')", [tenantA, tenantB]),
  );
});

const placeIn = (tenantId: string): Place => ({
  tenantId,
  table: 'credentials',
  row: newId(),
  field: 'sealed',
});
const seal = (place: Place, text = secret, by = vault) =>
  test.db.tenant(place.tenantId, (tx) => by.seal(tx, place, text));
const open = (place: Place, sealed: Buffer, by = vault) =>
  test.db.tenant(place.tenantId, (tx) => by.open(tx, place, sealed));
const codeOf = (error: unknown) => (error instanceof VaultError ? error.code : error);
const refusal = (act: Promise<unknown>) => act.then(() => 'opened', codeOf);
const keysOf = (tenantId: string) =>
  test.db.engine((tx) =>
    tx.query<{ id: string }>('select id from vault_keys where tenant_id = $1', [tenantId]),
  );

/** A promise and what fulfils it, to hold a transaction open until another has come to a point. */
function gate(): { passed: Promise<void>; pass: () => void } {
  let pass = () => {};
  const passed = new Promise<void>((resolve) => (pass = resolve));
  return { passed, pass };
}

/** Waits until some session of the database waits for a lock, which is how a second writer shows that it has come. */
async function untilSomeoneWaits(): Promise<void> {
  // What a session waits for is its own role's to see, but not that it waits.
  const sql =
    'select from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not granted';
  await expect
    .poll(async () => (await test.db.pool.query(sql)).rowCount, { interval: 5, timeout: 5_000 })
    .toBe(1);
}

describe('a secret', () => {
  it('comes back as it was, by this vault and by one that was started later with the same key', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 }).filter((each) => each.isWellFormed());
    await fc.assert(
      fc.asyncProperty(text, async (plain) => {
        const place = placeIn(tenantA);
        const sealed = await seal(place, plain);
        expect(await open(place, sealed)).toBe(plain);
        expect(await open(place, sealed, createVault({ masterKeys: [first] }))).toBe(plain);
      }),
      { numRuns: 40 },
    );
  });

  it('that would not come back as it was is refused', async () => {
    await expect(seal(placeIn(tenantA), 'half \ud800')).rejects.toThrow(TypeError);
  });

  it('does not show in its ciphertext, not even that it is the same twice', async () => {
    const place = placeIn(tenantA);
    const [one, two] = [await seal(place), await seal(place)];
    expect(one.equals(two)).toBe(false);
    expect(one.includes(secret)).toBe(false);
  });

  it('with any one bit of it flipped does not open', async () => {
    const place = placeIn(tenantA);
    const sealed = await seal(place);
    await test.db.tenant(tenantA, async (tx) => {
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const flipped = Buffer.from(sealed);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(await refusal(vault.open(tx, place, flipped))).toMatch(/^VAULT_(WILL_NOT_OPEN|UNKNOWN_KEY)$/);
      }
    });
  });

  it('that was cut short, its tag too, or has more behind it does not open', async () => {
    const place = placeIn(tenantA);
    const sealed = await seal(place, 'x');
    for (let length = 0; length < sealed.length; length++) {
      expect([length, await refusal(open(place, sealed.subarray(0, length)))]).toEqual([
        length,
        'VAULT_WILL_NOT_OPEN',
      ]);
    }
    expect(await refusal(open(place, Buffer.concat([sealed, Buffer.alloc(1)])))).toBe('VAULT_WILL_NOT_OPEN');
  });

  it('opens in its own place alone', async () => {
    const place = placeIn(tenantA);
    const sealed = await seal(place);
    await seal(placeIn(tenantB));
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'credentials',
        'credential',
        'seale',
        'sealed',
        'sealed|',
        `${place.row.length}:${place.row}`,
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({ table: name, row: fc.oneof(fc.uuid(), fc.constant(place.row)), field: name }),
        async (changed) => {
          const other = { ...place, ...changed };
          fc.pre(other.table !== place.table || other.row !== place.row || other.field !== place.field);
          expect(await refusal(open(other, sealed))).toBe('VAULT_WILL_NOT_OPEN');
        },
      ),
      { numRuns: 60 },
    );
    const elsewhere = { ...place, tenantId: tenantB };
    expect(await refusal(open(elsewhere, sealed))).toBe('VAULT_UNKNOWN_KEY');
  });

  it('does not open for another tenant even when its key row was copied there', async () => {
    const place = placeIn(tenantA);
    const sealed = await seal(place);
    await test.db.engine((tx) =>
      tx.query(
        'insert into vault_keys (tenant_id, id, wrapped, master_key_id) select $2, id, wrapped, master_key_id from vault_keys where tenant_id = $1',
        [tenantA, tenantB],
      ),
    );
    expect(await refusal(open({ ...place, tenantId: tenantB }, sealed))).toBe('VAULT_WILL_NOT_OPEN');
  });

  it('cannot be sealed for a tenant that the transaction does not act for', async () => {
    await expect(test.db.tenant(tenantA, (tx) => vault.seal(tx, placeIn(tenantB), secret))).rejects.toThrow(
      /row-level security/,
    );
    expect(await keysOf(tenantB)).toEqual([]);
  });
});

describe('the first secret of a tenant', () => {
  it('sealed twice at once is sealed under one key', async () => {
    const places = Array.from({ length: 4 }, () => placeIn(tenantA));
    const sealed = await Promise.all(
      places.map((place) => seal(place, secret, createVault({ masterKeys: [first] }))),
    );
    expect(await keysOf(tenantA)).toHaveLength(1);
    for (const [index, place] of places.entries()) expect(await open(place, sealed[index]!)).toBe(secret);
  });

  it('waits for one that is under way, and makes a key of its own when that is rolled back', async () => {
    const { passed, pass } = gate();
    const [lost, kept] = [placeIn(tenantA), placeIn(tenantA)];
    const sealedFirst = gate();
    const failing = test.db.tenant(tenantA, async (tx) => {
      await vault.seal(tx, lost, secret);
      sealedFirst.pass();
      await passed;
      throw new Error('rolled back');
    });
    await sealedFirst.passed;
    const following = seal(kept);
    await untilSomeoneWaits().finally(pass);
    await expect(failing).rejects.toThrow('rolled back');
    const sealed = await following;
    expect(await open(kept, sealed, createVault({ masterKeys: [first] }))).toBe(secret);
  });

  it('waits for one that is under way, and takes its key when that commits', async () => {
    const { passed, pass } = gate();
    const sealedFirst = gate();
    const places = [placeIn(tenantA), placeIn(tenantA)] as const;
    const leading = test.db.tenant(tenantA, async (tx) => {
      const bytes = await vault.seal(tx, places[0], secret);
      sealedFirst.pass();
      await passed;
      return bytes;
    });
    await sealedFirst.passed;
    const following = seal(places[1], secret, createVault({ masterKeys: [first] }));
    await untilSomeoneWaits().finally(pass);
    const [one, two] = [await leading, await following];
    expect(one.subarray(1, 17).equals(two.subarray(1, 17))).toBe(true);
    expect(await keysOf(tenantA)).toHaveLength(1);
  });

  it('leaves no key behind in memory when its transaction is rolled back', async () => {
    const place = placeIn(tenantA);
    let stray: Buffer | undefined;
    await test.db
      .tenant(tenantA, async (tx) => {
        stray = await vault.seal(tx, place, secret);
        // Within its own transaction it opens, since the key's row is there.
        expect(await vault.open(tx, place, stray)).toBe(secret);
        throw new Error('rolled back');
      })
      .catch(() => {});
    // What a start of the process would make of it has to show at once, not after the start.
    expect(await refusal(open(place, stray!))).toBe('VAULT_UNKNOWN_KEY');
    const sealed = await seal(place);
    expect(await open(place, sealed, createVault({ masterKeys: [first] }))).toBe(secret);
    expect(await refusal(open(place, stray!))).toBe('VAULT_UNKNOWN_KEY');
  });

  it('is sealed for many tenants with one look-up, under the key that each has or is given', async () => {
    const before = placeIn(tenantA);
    await seal(before);
    const places = [placeIn(tenantA), placeIn(tenantB), placeIn(tenantA), placeIn(tenantB)];
    let lookUps = 0;
    const sealed = await test.db.engine(async (tx) => {
      const counted: Tx = {
        ...tx,
        afterCommit: (then) => tx.afterCommit(then),
        query: (...given) => ((lookUps += 1), tx.query(...given)),
      };
      await vault.holdKeys(counted, [tenantA, tenantB]);
      const [one, ...others] = places;
      const all = [await vault.seal(counted, one!, secret)];
      expect(lookUps).toBe(1);
      for (const place of others) all.push(await vault.seal(counted, place, secret));
      return all;
    });
    for (const [at, place] of places.entries()) expect(await open(place, sealed[at]!)).toBe(secret);
    expect([(await keysOf(tenantA)).length, (await keysOf(tenantB)).length]).toEqual([1, 1]);
  });

  it('costs one look-up when there is a key, and opening costs none once the key is known', async () => {
    const place = placeIn(tenantA);
    const sealed = await seal(place);
    const counted = (tx: Tx) => {
      let count = 0;
      return {
        tx: { ...tx, query: (...args: Parameters<Tx['query']>) => (count++, tx.query(...args)) } as Tx,
        count: () => count,
      };
    };
    await test.db.tenant(tenantA, async (real) => {
      const { tx, count } = counted(real);
      await vault.open(tx, place, sealed);
      expect(count()).toBe(0);
      await vault.seal(tx, place, secret);
      expect(count()).toBe(1);
    });
  });
});

describe('the master key', () => {
  const rotated = () => createVault({ masterKeys: [second, first] });

  it('before the current one still opens; new tenants are sealed under the current one', async () => {
    const place = placeIn(tenantA);
    const sealed = await seal(place);
    expect(await open(place, sealed, rotated())).toBe(secret);
    const later = placeIn(tenantB);
    const newer = await seal(later, secret, rotated());
    expect(await open(later, newer, createVault({ masterKeys: [second] }))).toBe(secret);
    expect(await refusal(open(place, sealed, createVault({ masterKeys: [second] })))).toBe(
      'VAULT_UNKNOWN_KEY',
    );
  });

  it('that is missing or has not 32 bytes makes no vault', () => {
    expect(() => createVault({ masterKeys: [] })).toThrow(TypeError);
    expect(() => createVault({ masterKeys: [randomBytes(31)] })).toThrow(TypeError);
  });

  it('that is another than the database was sealed with is noticed at start', async () => {
    const fresh = await createTestDatabase({ max: 4 });
    await vault.checkMasterKey(fresh.db);
    await vault.checkMasterKey(fresh.db);
    await createVault({ masterKeys: [first] }).checkMasterKey(fresh.db);
    expect(await refusal(createVault({ masterKeys: [second] }).checkMasterKey(fresh.db))).toBe(
      'VAULT_WRONG_MASTER_KEY',
    );
    // A rotation names the old one beside the new one, and from then on either is known.
    await rotated().checkMasterKey(fresh.db);
    await createVault({ masterKeys: [second] }).checkMasterKey(fresh.db);
    expect(await refusal(createVault({ masterKeys: [randomBytes(32)] }).checkMasterKey(fresh.db))).toBe(
      'VAULT_WRONG_MASTER_KEY',
    );
    await fresh.drop();
  });

  it('whose canary was changed is noticed too', async () => {
    const fresh = await createTestDatabase({ max: 1 });
    const other = createVault({ masterKeys: [second] });
    await other.checkMasterKey(fresh.db);
    const owner = fresh.db.poolAs('owner' as 'app', 1);
    await owner.query('update vault_canaries set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)');
    await owner.end();
    expect(await refusal(other.checkMasterKey(fresh.db))).toBe('VAULT_WRONG_MASTER_KEY');
    await fresh.drop();
  });

  it('of two first starts at once with different keys, one is refused; with the same key, none', async () => {
    const fresh = await createTestDatabase({ max: 4 });
    const start = (key: Buffer) => refusal(createVault({ masterKeys: [key] }).checkMasterKey(fresh.db));
    const outcomes = await Promise.all([start(first), start(second)]);
    expect(new Set(outcomes)).toEqual(new Set(['VAULT_WRONG_MASTER_KEY', 'opened']));
    await fresh.drop();
    const again = await createTestDatabase({ max: 4 });
    const same = () => refusal(createVault({ masterKeys: [first] }).checkMasterKey(again.db));
    expect(await Promise.all([same(), same(), same()])).toEqual(['opened', 'opened', 'opened']);
    await again.drop();
  });
});

it('neither the vault nor its errors show a key or a secret, however deeply they are printed', async () => {
  const place = placeIn(tenantA);
  const sealed = await seal(place);
  sealed[sealed.length - 1]! ^= 1;
  const error: unknown = await open(place, sealed).catch((thrown: unknown) => thrown);
  const unknown: unknown = await open(place, await seal(place), createVault({ masterKeys: [second] })).catch(
    (thrown: unknown) => thrown,
  );
  expect([codeOf(error), codeOf(unknown)]).toEqual(['VAULT_WILL_NOT_OPEN', 'VAULT_UNKNOWN_KEY']);
  const printed = [vault, error, unknown]
    .map((each) => inspect(each, { depth: Infinity, showHidden: true, getters: true }))
    .join('\n');
  for (const hidden of [first, second]) {
    expect(printed).not.toContain(hidden.toString('hex'));
    expect(printed).not.toContain(hidden.toString('base64'));
    expect(printed).not.toContain(hidden.toString('hex').match(/../g)!.slice(0, 8).join(' '));
  }
  expect(printed).not.toContain(secret);
});
