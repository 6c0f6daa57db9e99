import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLedger, type LedgerEntry } from '@mortise/contract';
import type { MortiseError } from '../kernel/index.ts';
import { bareId } from '../kernel/index.ts';
import { bodyOf, consentRig, type ConsentRig } from './testing/rig.ts';

let rig: ConsentRig;
beforeAll(async () => void (rig = await consentRig()));
afterAll(() => rig.drop());

const subjects = ['ann', 'bob'];
const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('grant' as const), who: fc.constantFrom(...subjects) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), nth: fc.nat({ max: 5 }) }) },
);

async function readLedger(tenantId: string): Promise<LedgerEntry[]> {
  const query = listLedger.query.parse({ limit: 200 });
  const answer = await rig.consents.ledger(rig.contextOf(tenantId), {
    params: undefined,
    body: undefined,
    query,
  });
  return listLedger.response.parse(bodyOf(answer)).data;
}

/** The grants that hold, from nothing but the ledger's lines, in whatever order they come. */
function foldLedger(entries: readonly LedgerEntry[]): Map<string, string[]> {
  const ended = new Set(
    entries.flatMap((entry) => (entry.kind === 'withdrawn' ? [entry.consentId] : (entry.replaces ?? []))),
  );
  const held = new Map<string, string[]>();
  for (const { kind, consentId, subjectId } of entries) {
    if (kind === 'granted' && !ended.has(consentId))
      held.set(subjectId, [...(held.get(subjectId) ?? []), consentId]);
  }
  return held;
}

const states = (tenantId: string) =>
  rig.db.tenant(tenantId, (tx) =>
    tx.query<{ subject_id: string; grant_id: string }>(
      'select subject_id, grant_id from consents where tenant_id = $1 and withdrawn_at is null',
      [tenantId],
    ),
  );

it('whoever grants and withdraws at the same time: one grant in force at most, and the ledger alone gives the state', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { maxLength: 3 }),
      async (waves) => {
        const tenantId = await rig.newTenant();
        await rig.purpose(tenantId);
        const given: string[] = [];
        for (const wave of waves) {
          const outcomes = await Promise.allSettled(
            wave.map(async (one) => {
              if (one.kind === 'grant') return rig.grant(tenantId, one.who);
              const id = given[one.nth];
              return id === undefined ? undefined : rig.withdraw(tenantId, id);
            }),
          );
          for (const outcome of outcomes) {
            // Only what was replaced may not be withdrawn; nothing else may fail, no deadlock and no broken key.
            if (outcome.status === 'rejected') expect((outcome.reason as MortiseError).code).toBe('conflict');
            else if (outcome.value !== undefined && !given.includes(outcome.value.id))
              given.push(outcome.value.id);
          }
        }
        const held = foldLedger(await readLedger(tenantId));
        for (const ids of held.values()) expect(ids).toHaveLength(1);
        const rows = await states(tenantId);
        expect(new Map(rows.map((row) => [row.subject_id, row.grant_id]))).toEqual(
          new Map([...held].map(([subject, [id]]) => [subject, bareId('consent', id!)])),
        );
      },
    ),
    { numRuns: 25 },
  );
});

it('many granting at once leave as many lines, in one chain, and one grant', async () => {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  await Promise.all(Array.from({ length: 12 }, () => rig.grant(tenantId, 'ann')));
  const entries = await readLedger(tenantId);
  expect(entries).toHaveLength(12);
  expect(new Set(entries.map((entry) => entry.replaces)).size).toBe(12);
  expect(await states(tenantId)).toHaveLength(1);
});

it('withdrawing at the same time is one withdrawal, and later ones change nothing', async () => {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  const { id } = await rig.grant(tenantId, 'ann');
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => rig.withdraw(tenantId, id, `reason ${n}`)),
  );
  expect(new Set(answers.map((answer) => answer.withdrawal?.reason)).size).toBe(1);
  expect((await readLedger(tenantId)).filter((entry) => entry.kind === 'withdrawn')).toHaveLength(1);
});

describe('the ledger and the texts', () => {
  it.each([
    ["update consent_entries set reason = 'x'"],
    ['delete from consent_entries'],
    ["update consent_texts set texts = '{}'"],
    ['delete from consent_texts'],
  ])('cannot be edited: %s', async (sql) => {
    const tenantId = await rig.newTenant();
    await rig.purpose(tenantId);
    await rig.grant(tenantId, 'ann');
    await expect(rig.db.tenant(tenantId, (tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
    await expect(rig.db.engine((tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
  });

  it('a line, its event and its audit entry are there together or not at all', async () => {
    const tenantId = await rig.newTenant();
    await rig.purpose(tenantId);
    const { id } = await rig.grant(tenantId, 'ann');
    await rig.withdraw(tenantId, id, 'By e-mail');
    const count = (table: string) =>
      rig.db.tenant(tenantId, (tx) =>
        tx.query<{ name: string }>(
          `select ${table === 'events' ? 'type' : 'action'} as name from ${table} where tenant_id = $1 and subject = $2 order by id`,
          [tenantId, id],
        ),
      );
    const both = [{ name: 'consent.granted' }, { name: 'consent.withdrawn' }];
    expect([await count('events'), await count('audit_entries')]).toEqual([both, both]);
  });
});

it('another tenant sees none of it, and cannot withdraw it', async () => {
  const [mine, other] = [await rig.newTenant(), await rig.newTenant()];
  await rig.purpose(mine);
  await rig.purpose(other);
  const { id } = await rig.grant(mine, 'ann');
  await expect(rig.withdraw(other, id)).rejects.toMatchObject({ code: 'not_found' });
  expect(await readLedger(other)).toEqual([]);
  expect(await states(mine)).toHaveLength(1);
});
