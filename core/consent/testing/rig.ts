import {
  createConsent,
  createPurpose,
  publishConsentText,
  withdrawConsent,
  type Consent,
  type ConsentText,
  type Purpose,
} from '@mortise/contract';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { createEvents } from '../../events/index.ts';
import { FakeClock, newId, Reply, systemActor, traceIdOf, type RequestContext } from '../../kernel/index.ts';
import type { ConsentDeps, NoticePayload } from '../deps.ts';
import { createGate } from '../gate.ts';
import { consentJobs } from '../jobs.ts';
import { purposeRoutes } from '../purpose-routes.ts';
import { consentRoutes } from '../routes.ts';

export const bodyOf = <T>(answer: T | Reply<T>): T => (answer instanceof Reply ? answer.body : answer);

/** The room on a database of its own, with a tenant, a clock that stands still, and a table as queue of jobs. */
export async function consentRig(given: Partial<Pick<ConsentDeps, 'stops' | 'tellers'>> = {}) {
  const test: TestDatabase = await createTestDatabase({ max: 8 });
  const { db } = test;
  const clock = new FakeClock('2026-11-20T12:00:00Z');
  const login = new pg.Client({ connectionString: test.url });
  await login.connect();
  await login.query('create table mortise.test_jobs (n int generated always as identity, payload jsonb)');
  await login.query('grant insert on mortise.test_jobs to mortise_app');
  const deps: ConsentDeps = {
    db,
    clock,
    events: createEvents({ subscribers: [] }),
    // A job is a row of the same transaction, as in the queue itself.
    queue: {
      addIn: async (execute, _task, payload) => {
        await execute('insert into test_jobs (payload) values ($1)', [JSON.stringify(payload)]);
      },
    },
    stops: given.stops ?? [],
    tellers: given.tellers ?? [],
  };
  const purposes = purposeRoutes(deps);
  const consents = consentRoutes(deps);

  async function newTenant(): Promise<string> {
    const id = newId();
    await db.engine((tx) => tx.query("insert into tenants (id, name) values ($1, 'Acme')", [id]));
    return id;
  }
  const contextOf = (tenantId: string): RequestContext => ({
    actor: { ...systemActor, kind: 'operator', name: 'Operator key' },
    userId: null,
    tenantId,
    role: 'admin',
    requestId: 'req',
    traceId: traceIdOf(newId()),
    ip: '127.0.0.1',
    cookie: () => undefined,
    headers: {},
  });
  const none = { params: undefined, query: undefined };

  return {
    db,
    clock,
    deps,
    purposes,
    consents,
    gate: createGate(deps),
    tasks: consentJobs(deps).tasks,
    /** The test's own login, which row-level security does not bind and which sees who waits. */
    login,
    /** The jobs that were committed, in order, each given once. */
    async takeJobs(): Promise<NoticePayload[]> {
      const taken = await login.query<{ payload: NoticePayload }>(
        'with taken as (delete from mortise.test_jobs returning *) select payload from taken order by n',
      );
      return taken.rows.map((row) => row.payload);
    },
    async drop(): Promise<void> {
      await login.end();
      await test.drop();
    },
    newTenant,
    contextOf,
    async purpose(tenantId: string, key = 'marketing'): Promise<Purpose> {
      const body = createPurpose.body.parse({
        key,
        name: 'Marketing',
        legalBasis: 'consent',
        texts: { en: 'May we write to you?' },
      });
      return createPurpose.response.parse(
        bodyOf(
          await db.tenant(tenantId, (tx) => purposes.create(contextOf(tenantId), { ...none, body }, tx)),
        ),
      );
    },
    async publish(tenantId: string, id: string, text: string, requiresRenewal = false): Promise<ConsentText> {
      const body = publishConsentText.body.parse({ texts: { en: text }, requiresRenewal });
      const input = { params: { id }, query: undefined, body };
      return publishConsentText.response.parse(
        bodyOf(await db.tenant(tenantId, (tx) => purposes.publish(contextOf(tenantId), input, tx))),
      );
    },
    async grant(tenantId: string, subjectId: string, more: Record<string, unknown> = {}): Promise<Consent> {
      const body = createConsent.body.parse({ subjectId, purpose: 'marketing', textVersion: 1, ...more });
      return createConsent.response.parse(
        bodyOf(
          await db.tenant(tenantId, (tx) => consents.create(contextOf(tenantId), { ...none, body }, tx)),
        ),
      );
    },
    async withdraw(tenantId: string, id: string, reason?: string, email?: string): Promise<Consent> {
      const body = withdrawConsent.body.parse({ reason, email });
      const input = { params: { id }, query: undefined, body };
      return withdrawConsent.response.parse(bodyOf(await consents.withdraw(contextOf(tenantId), input)));
    },
  };
}

export type ConsentRig = Awaited<ReturnType<typeof consentRig>>;
