import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, newId } from '../kernel/index.ts';
import type { OpenConnection } from './caller.ts';
import { plantConnection } from './testing/connected.ts';
import { addTenant, createRig, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

const me = { method: 'GET', url: 'api:/me' } as const;

let test: TestDatabase;
let strict: StrictIdentityProvider;
let clock: FakeClock;
let rig: Rig;
let tenantId: string;
let open: OpenConnection;
let waits: number[];

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  waits = [];
  const sleep = async (ms: number, signal: AbortSignal | undefined) => {
    waits.push(ms);
    clock.advance(ms);
    signal?.throwIfAborted();
  };
  rig = createRig({
    db: test.db,
    registry: strictRegistry(strict.provider),
    allow: ['127.0.0.1:*'],
    clock,
    sleep,
  });
  tenantId = await addTenant(test.db);
  const tokens = { ...strict.grant(), expiresAt: new Date(clock.now().getTime() + 36_000_000) };
  const { connectionId } = await plantConnection(rig, tenantId, { provider: 'strict', tokens }, clock.now());
  open = await rig.caller.open(tenantId, connectionId);
});
afterEach(async () => {
  rig.stop();
  await strict.close();
});

/** Answers these one after another, then as usual. */
function answers(...list: { status: number; headers?: Record<string, string> }[]): void {
  strict.before = () => list.shift();
}
const sum = (list: number[]) => list.reduce((left, one) => left + one, 0);

describe('a call', () => {
  it('waits as long as a 429 asks for, in seconds and as a date, and then goes through', async () => {
    const at = new Date(Math.ceil(clock.now().getTime() / 1_000) * 1_000 + 12_000);
    answers(
      { status: 429, headers: { 'retry-after': at.toUTCString() } },
      { status: 429, headers: { 'retry-after': '7' } },
    );
    expect((await open.call({ ...me, method: 'GET' })).status).toBe(200);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(at.getTime() + 7_000);
    expect(strict.seen).toHaveLength(3);
  });

  it('makes everybody wait who shares the budget that was throttled', async () => {
    answers({ status: 429, headers: { 'retry-after': '50' } });
    const startedAt = clock.now().getTime();
    const same = await rig.caller.open(tenantId, open.connectionId);
    await open.call(me);
    await same.call(me);
    expect(clock.now().getTime() - startedAt).toBeGreaterThanOrEqual(50_000);
    expect(strict.seen).toHaveLength(3);
  });

  it('does not wait in vain for a provider that asks for an hour', async () => {
    answers({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(open.call(me)).rejects.toMatchObject({
      problem: { kind: 'rate_limited', retryAfterMs: 3_600_000 },
    });
    expect(sum(waits)).toBe(0);
  });

  it('is tried again after a 500 or no answer when it may be, and not when it may not', async () => {
    answers({ status: 500 }, { status: 502 });
    expect((await open.call(me)).status).toBe(200);
    expect(strict.seen).toHaveLength(3);
    answers({ status: 500 });
    await expect(open.call({ ...me, method: 'POST' })).rejects.toMatchObject({
      problem: { kind: 'provider_error' },
    });
    expect(strict.seen).toHaveLength(4);
  });

  it('gives up on a provider that is away, in words without an address or a token', async () => {
    await strict.close();
    const error = await open.call(me).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'Strict did not answer', needsReconnect: false });
    expect(waits).toHaveLength(3);
    strict = await startStrictIdentityProvider();
  });

  it('spends the budget that it names: what does not fit waits', async () => {
    for (let n = 0; n < 3; n += 1) await open.call({ ...me, budget: 'narrow' });
    expect(sum(waits)).toBe(60_000);
    await open.call(me);
    expect(sum(waits)).toBe(60_000);
  });

  it('ends at once when its signal fires: before it, while it waits, and while it is answered', async () => {
    await expect(open.call(me, { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early');
    expect(strict.seen).toEqual([]);

    const waiting = new AbortController();
    strict.before = () => {
      waiting.abort(new Error('while it waits'));
      return { status: 500 };
    };
    await expect(open.call(me, { signal: waiting.signal })).rejects.toThrow('while it waits');

    const answering = new AbortController();
    let release = () => {};
    strict.before = async () => {
      answering.abort(new Error('while it is answered'));
      await new Promise<void>((resolve) => (release = resolve));
      return undefined;
    };
    await expect(open.call(me, { signal: answering.signal })).rejects.toThrow('while it is answered');
    release();
  });

  it('notes that the connection is in use', async () => {
    const rows = await test.db.engine((tx) =>
      tx.query('select last_used_at from connections where tenant_id = $1', [tenantId]),
    );
    expect(rows[0]!['last_used_at']).toBeInstanceOf(Date);
  });
});

describe('opening', () => {
  it('tells what is not there from what has to be mended, and knows no connection of another tenant', async () => {
    await expect(rig.caller.open(tenantId, newId())).rejects.toMatchObject({ code: 'not_found' });
    await expect(rig.caller.open(await addTenant(test.db), open.connectionId)).rejects.toMatchObject({
      code: 'not_found',
    });
    await test.db.engine((tx) =>
      tx.query(`update connections set status = 'needs_reconnect', reason = 'Because' where tenant_id = $1`, [
        tenantId,
      ]),
    );
    await expect(rig.caller.open(tenantId, open.connectionId)).rejects.toMatchObject({
      code: 'needs_reconnect',
      detail: 'Because',
    });
  });

  it('goes on with what a person has given meanwhile when the token at hand is refused for good', async () => {
    const anew = strict.grant('1');
    strict.before = (path) =>
      path === '/me' && strict.seen.at(-1)?.authorization !== `Bearer ${anew.accessToken}`
        ? { status: 401 }
        : undefined;
    let refreshed = false;
    const original = strict.before;
    strict.before = async (path, form) => {
      if (path === '/token') refreshed = true;
      else if (refreshed) {
        refreshed = false;
        const { putCredential } = await import('./credential-store.ts');
        const tokens = { ...anew, tokenType: 'bearer' };
        await test.db.tenant(tenantId, (tx) =>
          putCredential(tx, rig.vault, tenantId, open.connectionId, { kind: 'oauth2', tokens }, clock.now()),
        );
      }
      return original(path, form);
    };
    expect((await open.call(me)).status).toBe(200);
    const rows = await test.db.engine((tx) =>
      tx.query('select status from connections where tenant_id = $1', [tenantId]),
    );
    expect(rows).toEqual([{ status: 'connected' }]);
  });
});
