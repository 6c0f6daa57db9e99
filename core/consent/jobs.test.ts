import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readConsent } from '@mortise/contract';
import type { NoticePayload, Withdrawal } from './deps.ts';
import { consentJobs } from './jobs.ts';
import { bodyOf, consentRig, type ConsentRig } from './testing/rig.ts';

let rig: ConsentRig;
let isDown = false;
const told: [string, Withdrawal][] = [];
beforeAll(async () => {
  rig = await consentRig({
    tellers: [
      { name: 'crm', tell: async (withdrawal) => void told.push(['crm', withdrawal]) },
      {
        name: 'mailer',
        tell: async (withdrawal) => {
          if (isDown) throw new Error('It answered 503');
          told.push(['mailer', withdrawal]);
        },
      },
    ],
  });
});
afterAll(() => rig.drop());
beforeEach(async () => {
  await rig.takeJobs();
  isDown = false;
  told.length = 0;
});

const run = (notice: NoticePayload | undefined) =>
  rig.tasks['consent.tell'].handler(notice!, { signal: new AbortController().signal });
const read = async (tenantId: string, id: string) => {
  const input = { params: { id }, query: undefined, body: undefined };
  return readConsent.response.parse(bodyOf(await rig.consents.read(rig.contextOf(tenantId), input)));
};

it('a withdrawal is told to each once, again to who failed alone, and the grant shows how far it has come', async () => {
  const tenantId = await rig.newTenant();
  const purpose = await rig.purpose(tenantId);
  const { id } = await rig.grant(tenantId, 'ann');
  expect((await rig.withdraw(tenantId, id)).withdrawal?.notices).toEqual([
    { to: 'crm', toldAt: null, attempts: 0, error: null },
    { to: 'mailer', toldAt: null, attempts: 0, error: null },
  ]);
  const jobs = await rig.takeJobs();
  expect(jobs.map(({ teller }) => teller)).toEqual(['crm', 'mailer']);

  isDown = true;
  await run(jobs[0]);
  await expect(run(jobs[1])).rejects.toThrow('It answered 503');
  expect((await read(tenantId, id)).withdrawal?.notices).toEqual([
    { to: 'crm', toldAt: '2026-11-20T12:00:00.000Z', attempts: 1, error: null },
    { to: 'mailer', toldAt: null, attempts: 1, error: 'It answered 503' },
  ]);

  isDown = false;
  // After a crash a job runs again: what was told stays told once.
  for (const at of [0, 1, 1]) await run(jobs[at]);
  expect(told.map(([to]) => to)).toEqual(['crm', 'mailer']);
  expect(told[0]![1]).toMatchObject({ tenantId, subjectId: 'ann', purpose: purpose.key });
  expect((await read(tenantId, id)).withdrawal?.notices[1]).toMatchObject({ attempts: 2, error: null });
});

it('a withdrawal that changed nothing tells nobody again', async () => {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  const { id } = await rig.grant(tenantId, 'ann');
  await rig.withdraw(tenantId, id);
  await rig.withdraw(tenantId, id);
  expect(await rig.takeJobs()).toHaveLength(2);
});

it('a notice to somebody whom this version cannot tell is kept and says so', async () => {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  const { id } = await rig.grant(tenantId, 'ann');
  await rig.withdraw(tenantId, id);
  const notice = (await rig.takeJobs())[1]!;
  const { tasks } = consentJobs({ ...rig.deps, tellers: [] });
  await expect(
    tasks['consent.tell'].handler(notice, { signal: new AbortController().signal }),
  ).rejects.toThrow('Nothing here can tell mailer');
  expect((await read(tenantId, id)).withdrawal?.notices[1]?.toldAt).toBeNull();
});
