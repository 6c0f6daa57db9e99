import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readConsent, tellWithdrawal } from '@mortise/contract';
import type { NoticePayload, TellOutcome, Telling } from './deps.ts';
import { consentJobs } from './jobs.ts';
import { bodyOf, consentRig, type ConsentRig } from './testing/rig.ts';

let rig: ConsentRig;
let answer: TellOutcome | Error;
let meanwhile: (() => Promise<unknown>) | undefined;
const told: [string, Telling][] = [];
const addressee = (key: string) => ({ key, name: `Of ${key}`, connectionId: null });
beforeAll(async () => {
  rig = await consentRig({
    tellers: [
      {
        name: 'crm',
        addressees: async () => [addressee('1'), addressee('2')],
        async tell(telling, key) {
          told.push([key, telling]);
          if (key === '1') return { state: 'told' };
          await meanwhile?.();
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
    ],
  });
});
afterAll(() => rig.drop());
beforeEach(async () => {
  await rig.takeJobs();
  answer = { state: 'told' };
  meanwhile = undefined;
  told.length = 0;
});

const run = (notice: NoticePayload | undefined, signal = new AbortController().signal) =>
  rig.tasks['consent.tell'].handler(notice!, { signal });
const read = async (tenantId: string, id: string) => {
  const input = { params: { id }, query: undefined, body: undefined };
  return readConsent.response.parse(bodyOf(await rig.consents.read(rig.contextOf(tenantId), input)));
};
const noticesOf = async (tenantId: string, id: string) => (await read(tenantId, id)).withdrawal!.notices;
const tellAgain = async (tenantId: string, id: string, body: { email?: string } = {}) =>
  tellWithdrawal.response.parse(
    bodyOf(await rig.consents.tellAgain(rig.contextOf(tenantId), { params: { id }, query: undefined, body })),
  );
/** A grant withdrawn, with its two jobs. */
async function withdrawn() {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  const { id } = await rig.grant(tenantId, 'ann');
  const grant = await rig.withdraw(tenantId, id);
  return { tenantId, id, grant, jobs: await rig.takeJobs() };
}

const waiting = { state: 'waiting', toldAt: null, endedAt: null, nextAt: null, attempts: 0, error: null };
const start = Date.parse('2026-11-20T12:00:00Z');

it('a withdrawal is told to each once, again to who failed alone, and the grant shows how far it has come', async () => {
  const { tenantId, id, grant, jobs } = await withdrawn();
  expect(grant.withdrawal?.notices).toEqual([
    { to: 'Of 1', connectionId: null, ...waiting },
    { to: 'Of 2', connectionId: null, ...waiting },
  ]);
  expect(jobs.map((job) => job.addressee)).toEqual(['1', '2']);

  answer = new Error('It answered 503');
  for (const job of jobs) await run(job);
  const [one, two] = await noticesOf(tenantId, id);
  expect(one).toMatchObject({ state: 'told', toldAt: '2026-11-20T12:00:00.000Z', attempts: 1, error: null });
  expect(two).toMatchObject({ state: 'waiting', toldAt: null, attempts: 1, error: 'It answered 503' });
  const wait = Date.parse(two!.nextAt!) - start;
  expect(wait).toBeGreaterThanOrEqual(15_000);
  expect(wait).toBeLessThanOrEqual(30_000);

  answer = { state: 'told' };
  expect(await rig.takeJobs()).toEqual([jobs[1]]);
  // After a crash a job runs again: what was told stays told once.
  for (const at of [0, 1, 1]) await run(jobs[at]);
  expect(told.map(([to]) => to)).toEqual(['1', '2', '2']);
  expect(told[0]![1]).toMatchObject({
    tenantId,
    subjectId: 'ann',
    purpose: 'marketing',
    providerCategory: 'communications',
    email: null,
  });
  expect((await noticesOf(tenantId, id))[1]).toMatchObject({ state: 'told', attempts: 2, nextAt: null });
  expect(await rig.takeJobs()).toEqual([]);
});

it('a withdrawal that changed nothing tells nobody again', async () => {
  const { tenantId, id } = await withdrawn();
  await rig.withdraw(tenantId, id);
  expect(await rig.takeJobs()).toEqual([]);
});

it('a wait that was asked for is kept, and what never works ends within eight days with its reason', async () => {
  const { tenantId, id, jobs } = await withdrawn();
  answer = { state: 'later', reason: 'It takes no more.', waitMs: 86_400_000 };
  const from = rig.clock.now().getTime();
  await run(jobs[1]);
  expect((await noticesOf(tenantId, id))[1]?.nextAt).toBe(new Date(from + 86_400_000).toISOString());
  let tries = 1;
  for (; (await rig.takeJobs()).length > 0; tries++) {
    const { nextAt } = (await noticesOf(tenantId, id))[1]!;
    rig.clock.advance(Date.parse(nextAt!) - rig.clock.now().getTime());
    await run(jobs[1]);
  }
  const [, last] = await noticesOf(tenantId, id);
  expect(last).toMatchObject({ state: 'ended', toldAt: null, nextAt: null, attempts: tries });
  expect(last?.error).toMatch(/^It takes no more\. After \d+ tries over a week/);
  expect(Date.parse(last!.endedAt!) - from).toBeLessThanOrEqual(8 * 86_400_000);
  // Ended is ended: a job that comes late changes nothing.
  answer = { state: 'told' };
  await run(jobs[1]);
  expect((await noticesOf(tenantId, id))[1]).toEqual(last);
});

it('what ended may be told again from the start, with an address that is forgotten once it is told', async () => {
  const { tenantId, id, jobs } = await withdrawn();
  answer = { state: 'ended', reason: 'Nobody says who this is.' };
  for (const job of jobs) await run(job);
  expect((await noticesOf(tenantId, id))[1]).toMatchObject({
    state: 'ended',
    error: 'Nobody says who this is.',
  });
  await tellAgain(tenantId, id, { email: 'ann@example.com' });
  expect(await rig.takeJobs()).toEqual([jobs[1]]);
  answer = { state: 'told' };
  await run(jobs[1]);
  expect(told.at(-1)).toMatchObject(['2', { email: 'ann@example.com' }]);
  expect((await noticesOf(tenantId, id))[1]).toMatchObject({ state: 'told', attempts: 1, error: null });
  const emails = await rig.login.query('select from mortise.consent_notices where email is not null');
  expect(emails.rowCount).toBe(0);
  await tellAgain(tenantId, id);
  expect(await rig.takeJobs()).toEqual([]);
});

it('an address that is given while a try without it is under way is not lost by that try', async () => {
  const { tenantId, id, jobs } = await withdrawn();
  answer = { state: 'later', reason: 'It is away.' };
  await run(jobs[1]);
  await rig.takeJobs();
  for (const outcome of [{ state: 'later' }, { state: 'ended' }, { state: 'unknown_person' }] as const) {
    answer = { ...outcome, reason: 'Nobody says who this is.' };
    meanwhile = () => tellAgain(tenantId, id, { email: 'ann@example.com' });
    rig.clock.advance(1);
    await run(jobs[1]);
    meanwhile = undefined;
    expect(await rig.takeJobs()).toEqual([jobs[1]]);
    expect((await noticesOf(tenantId, id))[1]).toMatchObject(waiting);
    answer = { state: 'later', reason: 'It is away.' };
    await run(jobs[1]);
    expect(told.at(-1)).toMatchObject(['2', { email: 'ann@example.com' }]);
    await rig.takeJobs();
  }
});

it('who has granted anew is not told of as withdrawn, and a grant in force has nothing to tell', async () => {
  const { tenantId, id, jobs } = await withdrawn();
  const again = await rig.grant(tenantId, 'ann');
  for (const job of jobs) await run(job);
  expect(told).toEqual([]);
  for (const notice of await noticesOf(tenantId, id))
    expect(notice).toMatchObject({
      state: 'ended',
      error: expect.stringContaining('granted the purpose anew'),
    });
  await expect(tellAgain(tenantId, again.id)).rejects.toMatchObject({ code: 'conflict' });
});

it('a process that stops in the middle leaves the notice as it was', async () => {
  const { tenantId, id, jobs } = await withdrawn();
  const stopping = new AbortController();
  answer = new Error('aborted');
  stopping.abort();
  await expect(run(jobs[1], stopping.signal)).rejects.toThrow('aborted');
  expect((await noticesOf(tenantId, id))[1]).toMatchObject(waiting);
});

it('a notice to somebody whom this version cannot tell is kept and says so', async () => {
  const { tenantId, id, jobs } = await withdrawn();
  const { tasks } = consentJobs({ ...rig.deps, tellers: [] });
  await tasks['consent.tell'].handler(jobs[1]!, { signal: new AbortController().signal });
  expect((await noticesOf(tenantId, id))[1]).toMatchObject({
    state: 'waiting',
    error: 'This version has nothing that could tell crm.',
  });
});
