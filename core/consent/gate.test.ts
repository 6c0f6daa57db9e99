import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updatePurpose } from '@mortise/contract';
import { consentRig, type ConsentRig } from './testing/rig.ts';

/** A room on a higher floor, as far as the gate sees it: a table of transmissions that wait. */
const queueTable = `create table mortise.waiting_letters (tenant_id uuid, subject_id text, purpose text);
  grant all on mortise.waiting_letters to mortise_app`;
let rig: ConsentRig;
beforeAll(async () => {
  rig = await consentRig({
    stops: [
      async (tx, { tenantId, subjectId, purpose }) => {
        const stopped = await tx.query(
          'delete from waiting_letters where tenant_id = $1 and subject_id = $2 and purpose = $3 returning purpose',
          [tenantId, subjectId, purpose],
        );
        return stopped.length;
      },
    ],
  });
  await rig.login.query(queueTable);
});
afterAll(() => rig.drop());

const ask = (tenantId: string, subjectId = 'ann', purposeKey = 'marketing') =>
  rig.db.tenant(tenantId, (tx) => rig.gate.requireConsent(tx, { tenantId, subjectId, purposeKey }));
/** Queues a transmission behind the gate, as those who send must. */
const queue = (tenantId: string, pause: () => Promise<void> = async () => {}) =>
  rig.db.tenant(tenantId, async (tx) => {
    await rig.gate.requireConsent(tx, { tenantId, subjectId: 'ann', purposeKey: 'marketing' });
    await pause();
    await tx.query("insert into waiting_letters values ($1, 'ann', 'marketing')", [tenantId]);
  });
const queued = (tenantId: string) =>
  rig.db.tenant(tenantId, (tx) => tx.query('select from waiting_letters where tenant_id = $1', [tenantId]));
const archive = (tenantId: string, id: string, archived: boolean) =>
  rig.purposes.update(rig.contextOf(tenantId), {
    params: { id },
    query: undefined,
    body: updatePurpose.body.parse({ archived }),
  });

describe('the gate refuses', () => {
  it.each(['unknown_purpose', 'never_granted', 'withdrawn', 'expired', 'outdated', 'archived'] as const)(
    'and says so, when it is %s',
    async (reason) => {
      const tenantId = await rig.newTenant();
      const purpose = await rig.purpose(tenantId, reason === 'unknown_purpose' ? 'other' : 'marketing');
      if (reason !== 'unknown_purpose' && reason !== 'never_granted') {
        const until = new Date(rig.clock.now().getTime() + 1000).toISOString();
        const { id } = await rig.grant(tenantId, 'ann', { expiresAt: until });
        await expect(ask(tenantId)).resolves.toMatchObject({ subjectId: 'ann', textVersion: 1 });
        if (reason === 'withdrawn') await rig.withdraw(tenantId, id);
        if (reason === 'expired') rig.clock.advance(1000);
        if (reason === 'outdated') await rig.publish(tenantId, purpose.id, 'And sell it?', true);
        if (reason === 'archived') await archive(tenantId, purpose.id, true);
      }
      await expect(ask(tenantId)).rejects.toMatchObject({ code: 'consent_required', status: 403, reason });
    },
  );

  it('others than the one who granted, and other purposes than the one granted', async () => {
    const tenantId = await rig.newTenant();
    await rig.purpose(tenantId);
    await rig.purpose(tenantId, 'research');
    await rig.grant(tenantId, 'ann');
    await expect(ask(tenantId, 'Ann')).rejects.toMatchObject({ reason: 'never_granted' });
    await expect(ask(tenantId, 'ann', 'research')).rejects.toMatchObject({ reason: 'never_granted' });
  });
});

it('lets through again what was granted anew, and what a harmless new text does not touch', async () => {
  const tenantId = await rig.newTenant();
  const purpose = await rig.purpose(tenantId);
  const first = await rig.grant(tenantId, 'ann');
  await rig.publish(tenantId, purpose.id, 'May we write to you, please?');
  await expect(ask(tenantId)).resolves.toMatchObject({ textVersion: 1 });
  await rig.withdraw(tenantId, first.id);
  await rig.grant(tenantId, 'ann', { textVersion: 2 });
  await expect(ask(tenantId)).resolves.toMatchObject({ textVersion: 2 });
});

it('answers for many at once as for each alone', async () => {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  const [ann] = [await rig.grant(tenantId, 'ann'), await rig.grant(tenantId, 'bob')];
  await rig.withdraw(tenantId, ann.id);
  const found = await rig.db.tenant(tenantId, (tx) =>
    rig.gate.findConsents(tx, { tenantId, subjectIds: ['cid', 'ann', 'bob'], purposeKey: 'marketing' }),
  );
  expect([...found]).toEqual([
    ['cid', 'never_granted'],
    ['ann', 'withdrawn'],
    ['bob', expect.objectContaining({ subjectId: 'bob' })],
  ]);
});

it('once a withdrawal has answered, every check refuses and nothing is left in the queue, however they met', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 4 }),
      fc.nat({ max: 3 }),
      fc.nat({ max: 3 }),
      async (before, beside, turns) => {
        const tenantId = await rig.newTenant();
        await rig.purpose(tenantId);
        const { id } = await rig.grant(tenantId, 'ann');
        for (let n = 0; n < before; n++) await queue(tenantId);
        const meeting = Array.from({ length: beside }, () =>
          queue(tenantId, async () => {
            for (let n = 0; n < turns; n++) await new Promise(setImmediate);
          }).then(
            () => 1,
            () => 0,
          ),
        );
        const [withdrawn, ...passed] = await Promise.all([rig.withdraw(tenantId, id), ...meeting]);
        await expect(ask(tenantId)).rejects.toMatchObject({ reason: 'withdrawn' });
        expect(await queued(tenantId)).toEqual([]);
        // Each that was let through was stopped, and each that was not had come after.
        expect(withdrawn.withdrawal?.stopped).toBe(
          before + passed.reduce<number>((sum, one) => sum + one, 0),
        );
      },
    ),
    { numRuns: 30 },
  );
});

it('a withdrawal waits for whoever is behind the gate, and stops what they have queued', async () => {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  const { id } = await rig.grant(tenantId, 'ann');
  let go = () => {};
  let inside = () => {};
  const isInside = new Promise<void>((resolve) => (inside = resolve));
  const gone = new Promise<void>((resolve) => (go = resolve));
  const queueing = queue(tenantId, async () => {
    inside();
    await gone;
  });
  await isInside;
  const withdrawing = rig.withdraw(tenantId, id);
  const waits = async () => {
    const sql =
      "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    return (await rig.login.query(sql)).rowCount;
  };
  try {
    await expect.poll(waits).toBe(1);
  } finally {
    go();
  }
  await queueing;
  expect((await withdrawing).withdrawal?.stopped).toBe(1);
  expect(await queued(tenantId)).toEqual([]);
});

it('a stop that fails takes the withdrawal with it: neither half is committed', async () => {
  const failing = await consentRig({ stops: [() => Promise.reject(new Error('no'))] });
  try {
    const tenantId = await failing.newTenant();
    await failing.purpose(tenantId);
    const { id } = await failing.grant(tenantId, 'ann');
    await expect(failing.withdraw(tenantId, id)).rejects.toThrow('no');
    const asked = { tenantId, subjectId: 'ann', purposeKey: 'marketing' };
    const grant = await failing.db.tenant(tenantId, (tx) => failing.gate.requireConsent(tx, asked));
    expect(grant.subjectId).toBe('ann');
  } finally {
    await failing.drop();
  }
});
