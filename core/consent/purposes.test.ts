import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsent, listPurposes, readPurpose, updatePurpose } from '@mortise/contract';
import { bodyOf, consentRig, type ConsentRig } from './testing/rig.ts';

let rig: ConsentRig;
beforeAll(async () => void (rig = await consentRig()));
afterAll(() => rig.drop());

const read = async (tenantId: string, id: string) =>
  readPurpose.response.parse(
    bodyOf(
      await rig.purposes.read(rig.contextOf(tenantId), { params: { id }, query: undefined, body: undefined }),
    ),
  );

it('publishing never changes a text that stands, and versions count on without a gap, whoever publishes at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ text: fc.string({ minLength: 1, maxLength: 40 }), renew: fc.boolean() }), {
        minLength: 1,
        maxLength: 6,
      }),
      async (drafts) => {
        const tenantId = await rig.newTenant();
        const purpose = await rig.purpose(tenantId);
        const published = await Promise.all(
          drafts.map(({ text, renew }) => rig.publish(tenantId, purpose.id, `x${text}`, renew)),
        );
        const first = (await read(tenantId, purpose.id)).texts.find(({ version }) => version === 1)!;
        await rig.publish(tenantId, purpose.id, 'One more', true);
        const { texts, textVersion, leastTextVersion } = await read(tenantId, purpose.id);
        expect(texts.map(({ version }) => version)).toEqual(
          Array.from({ length: drafts.length + 2 }, (_, n) => drafts.length + 2 - n),
        );
        expect([textVersion, leastTextVersion]).toEqual([drafts.length + 2, drafts.length + 2]);
        for (const one of [first, ...published])
          expect(texts.find(({ version }) => version === one.version)).toEqual(one);
      },
    ),
    { numRuns: 15 },
  );
});

describe('a grant is refused', () => {
  it.each([
    ['of a text that is not there', { textVersion: 9 }, 'textVersion'],
    ['of a text that asks for renewal since', { textVersion: 1 }, 'textVersion'],
    ['of an unknown purpose', { purpose: 'nothing' }, 'purpose'],
    ['that has expired already', { textVersion: 2, expiresAt: '2026-11-20T12:00:00Z' }, 'expiresAt'],
  ])('%s', async (_, more, path) => {
    const tenantId = await rig.newTenant();
    const purpose = await rig.purpose(tenantId);
    await rig.publish(tenantId, purpose.id, 'Anew', true);
    await expect(rig.grant(tenantId, 'ann', more)).rejects.toMatchObject({
      code: 'unprocessable',
      issues: [{ path }],
    });
  });

  it.each([
    [{ subjectId: 'a b' }],
    [{ subjectId: '' }],
    [{ evidence: { ip: '1.2.3' } }],
    [{ evidence: { sourceUrl: 'javascript:1' } }],
  ])('by the contract when it reads %j', (more) => {
    const body = { subjectId: 'ann', purpose: 'marketing', textVersion: 1, ...more };
    expect(createConsent.body.safeParse(body).success).toBe(false);
  });
});

it('a key is used once, archived or not, and an archived purpose takes no grants until it is taken back', async () => {
  const tenantId = await rig.newTenant();
  const { id } = await rig.purpose(tenantId);
  const set = (archived: boolean, headers = {}) =>
    rig.purposes.update(
      { ...rig.contextOf(tenantId), headers },
      { params: { id }, query: undefined, body: updatePurpose.body.parse({ archived }) },
    );
  await set(true);
  await expect(rig.purpose(tenantId)).rejects.toMatchObject({ code: 'already_exists' });
  await expect(rig.grant(tenantId, 'ann')).rejects.toMatchObject({ code: 'unprocessable' });
  await expect(set(false, { 'if-match': '"1"' })).rejects.toMatchObject({ code: 'version_mismatch' });
  await set(false, { 'if-match': '"2"' });
  await expect(rig.grant(tenantId, 'ann')).resolves.toMatchObject({ status: 'in_force' });
});

it('the list counts the people whose grant holds', async () => {
  const tenantId = await rig.newTenant();
  const purpose = await rig.purpose(tenantId);
  const ann = await rig.grant(tenantId, 'ann');
  await rig.grant(tenantId, 'bob');
  await rig.grant(tenantId, 'bob');
  const count = async () => {
    const query = listPurposes.query.parse({});
    const input = { params: undefined, body: undefined, query };
    const answer = bodyOf(await rig.purposes.list(rig.contextOf(tenantId), input));
    return listPurposes.response.parse(answer).data.map(({ inForce }) => inForce);
  };
  expect(await count()).toEqual([2]);
  await rig.withdraw(tenantId, ann.id);
  expect(await count()).toEqual([1]);
  await rig.publish(tenantId, purpose.id, 'Anew', true);
  expect(await count()).toEqual([0]);
});
