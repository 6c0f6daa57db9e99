import pg from 'pg';
import type { Hint } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import type { Provider } from '@mortise/providers/kit';
import { createEvents } from '../../events/index.ts';
import { FakeClock, newId, publicId, systemActor, type RequestContext } from '../../kernel/index.ts';
import { createSync } from '../create-sync.ts';
import type { RunPayload, RunQueue, SyncDeps } from '../deps.ts';
import { loopbackCaller } from './loopback-caller.ts';

/** Jobs in a table, so that they commit and roll back with everything else; the test says when one runs. */
const jobsTable = `
  create table mortise.fixture_jobs (key text primary key, payload jsonb not null, run_at timestamptz not null);
  grant all on mortise.fixture_jobs to mortise_app, mortise_engine;`;

const tableQueue: RunQueue = {
  async addIn(execute, _task, payload, { jobKey, runAt }) {
    await execute(
      `insert into fixture_jobs values ($1, $2, $3) on conflict (key) do update set payload = excluded.payload, run_at = excluded.run_at`,
      [jobKey, JSON.stringify(payload), runAt ?? new Date(0)],
    );
  },
};

const silent = { info() {}, warn() {}, error() {} };

/** Prepares a fresh test database for sync runs without a real queue. */
export async function installJobs(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(jobsTable);
  await client.end();
}

/** A tenant with one connection to the provider, and the room as one process has it. */
export async function createFixture(
  db: Database,
  provider: Provider,
  given: { tenantId?: string; clock?: FakeClock } = {},
) {
  const tenantId = given.tenantId ?? newId();
  const [integrationId, connectionId] = [newId(), newId()];
  const clock = given.clock ?? new FakeClock('2026-01-01T00:00:00Z');
  const hints: Hint[] = [];
  await db.engine(async (tx) => {
    await tx.query("insert into tenants (id, name) values ($1, 'T') on conflict do nothing", [tenantId]);
    await tx.query(
      `insert into integrations (tenant_id, id, provider, name, environment) values ($1, $2, $3, 'I', 'sandbox')`,
      [tenantId, integrationId, provider.id],
    );
    await tx.query(
      `insert into connections (tenant_id, id, integration_id, status, account_id, account_name)
       values ($1, $2, $3, 'connected', '1', 'A')`,
      [tenantId, connectionId, integrationId],
    );
  });

  const depsFor = (overrides: Partial<SyncDeps> = {}): SyncDeps => ({
    db,
    events: createEvents({ subscribers: [] }),
    caller: loopbackCaller(provider),
    findProvider: (id) => (id === provider.id ? provider : undefined),
    hints: { publish: (_tenantId, hint) => void hints.push(hint) },
    queue: tableQueue,
    processId: newId(),
    clock,
    logger: silent,
    ...overrides,
  });
  const deps = depsFor();
  const room = createSync(deps);
  const context: RequestContext = {
    actor: systemActor,
    userId: null,
    tenantId,
    role: 'owner',
    requestId: 'r',
    traceId: newId().replaceAll('-', ''),
    ip: '127.0.0.1',
    cookie: () => undefined,
    headers: {},
  };

  const query = <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> =>
    db.engine((tx) => tx.query<T>(sql, values));

  /** Takes the tenant's jobs that are due and carries them out as `with`, until none is due. */
  async function work(as = room, signal = new AbortController().signal): Promise<number> {
    for (let done = 0; ; done += 1) {
      const [job] = await query<{ payload: RunPayload }>(
        `delete from fixture_jobs where key = (
           select key from fixture_jobs where run_at <= $1 and payload->>'tenantId' = $2 order by run_at limit 1
         ) returning payload`,
        [clock.now(), tenantId],
      );
      if (job === undefined) return done;
      await as.jobs.tasks['sync.run'].handler(job.payload, { signal });
    }
  }

  async function createItemsSync(
    options: { start?: boolean; everyMinutes?: number | null } = {},
  ): Promise<string> {
    const body = {
      connectionId: publicId('connection', connectionId),
      resource: 'items',
      everyMinutes: 15,
      start: true,
      ...options,
    };
    const reply = await db.tenant(tenantId, (tx) =>
      room.syncs.create(context, { params: undefined, query: undefined, body }, tx),
    );
    return 'body' in reply ? reply.body.id : reply.id;
  }

  async function start(syncId: string, mode: 'full' | 'incremental' = 'incremental') {
    const run = await db.tenant(tenantId, (tx) =>
      room.syncs.start(context, { params: { id: syncId }, query: undefined, body: { mode } }, tx),
    );
    return 'body' in run ? run.body : run;
  }

  const runs = async () => {
    const reply = await room.runs.list(context, {
      params: undefined,
      query: { limit: 200 },
      body: undefined,
    });
    return 'body' in reply ? reply.body.data : reply.data;
  };
  const lastRun = async () => {
    const [run] = await runs();
    if (run === undefined) throw new Error('there is no run');
    return run;
  };
  const records = (
    columns = 'external_id, title, data, deleted_at is not null as deleted, seq, xmin::text',
  ) => query(`select ${columns} from records where tenant_id = $1 order by external_id`, [tenantId]);
  const events = (type = '%') =>
    query<{ type: string; subject: string; data: Record<string, unknown> }>(
      `select type, subject, data from events where tenant_id = $1 and type like $2 order by id`,
      [tenantId, type],
    );

  return {
    db,
    tenantId,
    connectionId,
    clock,
    hints,
    deps,
    depsFor,
    room,
    context,
    query,
    work,
    createItemsSync,
    start,
    runs,
    lastRun,
    records,
    events,
  };
}

export type Fixture = Awaited<ReturnType<typeof createFixture>>;
