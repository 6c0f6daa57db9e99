// `node bench/sync.ts [records]`: a sync's first load, a run that finds nothing new and one that finds 5 % changed,
// against a plain upsert of the same pages with one statement a record and one an event. A provider in a process of its own, HTTP on
// loopback, a real PostgreSQL: the one of DATABASE_URL, where it makes a database and drops it, else an embedded one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';
import { openServer } from './support/open-server.ts';
import { printResult } from './support/print-result.ts';
import { loopbackCaller } from '@mortise/core/sync/testing/loopback-caller.ts';
import { createFixture, installJobs } from '@mortise/core/sync/testing/sync-fixture.ts';
import { systemClock } from '@mortise/core/kernel';
import { createSync } from '@mortise/core/sync';
import { migrate, openDatabase, type Database } from '@mortise/platform/database';
import { bearer, classifier, cursor, defineProvider, resource, type Provider } from '@mortise/providers/kit';

const pageSize = 1_000;
const count = Number(process.argv[2] === 'provider' ? process.argv[3] : (process.argv[2] ?? 100_000));

if (process.argv[2] === 'provider') serveProvider();
else await measure();

/** One contact as a CRM gives it: eleven fields, some 400 bytes. */
function contact(n: number, changed: boolean): unknown {
  return {
    id: String(n),
    properties: {
      firstname: `First ${n % 977}`,
      lastname: `Last ${n}`,
      email: `person.${n}@example.test`,
      phone: `+55 11 9${n}`,
      company: `Company ${n % 5_003}`,
      jobtitle: changed ? 'Director' : 'Engineer',
      city: 'São Paulo',
      country: 'Brazil',
      lifecyclestage: 'lead',
      website: `https://example.test/${n}`,
      note: null,
    },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-02-01T00:00:00.000Z',
    archived: false,
  };
}

/** Pages made beforehand, so that what is measured is not the provider. */
function serveProvider(): void {
  const pages = (share: number): Buffer[] =>
    Array.from({ length: Math.ceil(count / pageSize) }, (_, page) => {
      const from = page * pageSize;
      const size = Math.min(pageSize, count - from);
      const results = Array.from({ length: size }, (__, n) =>
        contact(from + n, share > 0 && (from + n) % (1 / share) === 0),
      );
      return Buffer.from(
        JSON.stringify({ results, total: count, ...(from + size < count ? { next: String(page + 1) } : {}) }),
      );
    });
  const held: Record<string, Buffer[]> = { '0': pages(0), '0.05': pages(0.05) };
  let share = '0';
  const server = createServer((request, response) => {
    const page = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('cursor') ?? 0);
    response.writeHead(200, { 'content-type': 'application/json' }).end(held[share]?.[page]);
  });
  process.on('message', (message) => void (share = String(message)));
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

function providerAt(url: string) {
  const schema = z.object({
    id: z.string(),
    properties: z.record(z.string(), z.string().nullable()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    archived: z.boolean(),
  });
  return defineProvider({
    id: 'bench',
    name: 'Bench',
    category: 'other',
    description: '',
    docsUrl: url,
    logo: new URL(url),
    hosts: { api: url },
    auth: bearer(),
    api: {
      rateLimits: { default: { requests: 1, perMs: 1 } },
      readRateHeaders: () => undefined,
      classify: classifier(),
    },
    test: { method: 'GET', url: 'api:/' },
    account: async () => ({ id: '1', name: 'B', metadata: {} }),
    resources: {
      items: resource<z.infer<typeof schema>>({
        name: 'items',
        label: 'Items',
        eventPrefix: 'item',
        schema,
        pageSize,
        fields: [],
        idOf: (raw) => raw.id,
        updatedAtOf: (raw) => new Date(raw.updatedAt),
        display: ({ properties: { firstname, lastname, email } }) => ({
          title: `${firstname} ${lastname}`,
          subtitle: email ?? '',
        }),
        fieldsOf: (raw) => raw.properties,
        list: (args) => ({ method: 'GET', url: 'api:/', query: { cursor: args.cursor } }),
        readPage: cursor('next'),
      }),
    },
  });
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['provider', String(count)]);
  const [port] = (await once(child, 'message')) as [number];
  const provider = providerAt(`http://127.0.0.1:${port}`);
  const server = await openServer();
  try {
    await migrate(server.url);
    await installJobs(server.url);
    const rows: { what: string; records: number; seconds: number }[] = [];
    const baseline = await upsertRowByRow(server.url, port);
    rows.push({ what: 'baseline: a statement a record and event', records: count, seconds: baseline });

    const db = openDatabase({ url: server.url, max: 4 });
    rows.push({
      what: 'first load, no events',
      records: count,
      seconds: await loadWithoutEvents(db, provider),
    });
    const fixture = await createFixture(db, provider);
    const room = createSync(fixture.depsFor({ clock: systemClock, caller: loopbackCaller(provider) }));
    const sync = await fixture.createItemsSync();
    for (const what of ['first load, an event a record', 'nothing new', '5 % changed', 'nothing new again']) {
      if (what === '5 % changed') child.send('0.05');
      if (what !== 'first load, an event a record') await fixture.start(sync, 'full');
      fixture.clock.advance(86_400_000 * 365 * 20);
      const began = performance.now();
      await fixture.work(room);
      const seconds = (performance.now() - began) / 1_000;
      const run = await fixture.lastRun();
      if (run.status !== 'succeeded' || run.fetched !== count)
        throw new Error(`${what}: ${JSON.stringify(run)}`);
      rows.push({ what, records: run.fetched, seconds });
    }
    await db.close();
    console.log(
      `memory of the syncing process, at the most: ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`,
    );
    const table = rows.map(({ what, records, seconds }) => [
      what,
      { seconds, 'records/s': records / seconds },
    ]);
    printResult(Object.fromEntries(table), {
      bench: 'sync',
      value: count / (rows[2]?.seconds ?? Number.NaN),
      unit: 'records/s',
      baseline: count / baseline,
    });
  } finally {
    child.disconnect();
    await server.close();
  }
}

/** The first load of a tenant of its own with the log of events left out, to tell what that takes. */
async function loadWithoutEvents(db: Database, provider: Provider): Promise<number> {
  const fixture = await createFixture(db, provider);
  const events = { append: async () => [] };
  const room = createSync(fixture.depsFor({ clock: systemClock, caller: loopbackCaller(provider), events }));
  await fixture.createItemsSync();
  const began = performance.now();
  await fixture.work(room);
  return (performance.now() - began) / 1_000;
}

/** What one writes first: page by page, a transaction a page, a statement a record and event; no change detection. */
async function upsertRowByRow(url: string, port: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `create table baseline (id text primary key, title text, data jsonb not null, changed_at timestamptz);
     create table baseline_events (id bigserial primary key, subject text, data jsonb not null, at timestamptz)`,
  );
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  for (let next: string | undefined = '0'; next !== undefined;) {
    const page: { results: { id: string; properties: Record<string, string> }[]; next?: string } = JSON.parse(
      await fetchText(`http://127.0.0.1:${port}/?cursor=${next}`, agent),
    );
    await client.query('begin');
    for (const { id, properties } of page.results) {
      await client.query({
        name: 'upsert',
        text: `insert into baseline values ($1, $2, $3, now())
               on conflict (id) do update set title = excluded.title, data = excluded.data, changed_at = excluded.changed_at`,
        values: [id, properties.firstname, JSON.stringify(properties)],
      });
      await client.query({
        name: 'event',
        text: 'insert into baseline_events (subject, data, at) values ($1, $2, now())',
        values: [id, JSON.stringify({ record: { id, data: properties } })],
      });
    }
    await client.query('commit');
    next = page.next;
  }
  const seconds = (performance.now() - began) / 1_000;
  agent.destroy();
  await client.end();
  return seconds;
}

function fetchText(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => void (text += chunk)).once('end', () => resolve(text));
    }).once('error', reject);
  });
}
