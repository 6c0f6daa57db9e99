import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '@mortise/sandbox';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, ServerProcess } from '../support/server-process.ts';
import { createTestDatabase } from '../support/test-database.ts';

/**
 * The real thing as its own process, killed without a warning in the middle of its work, again and again. The provider
 * and the customer's endpoint live on in this process, as they would.
 */

const contacts = 2_500;
/** Of each page of contacts: long enough for a kill to fall between any two. */
const pageDelayMs = 120;
const operatorKey = 'mor_operator_of_the_crash_test_0123456789';
/** What one process may have sent without the result being in the database: in flight to one webhook, and uncommitted. */
const inFlightAtMost = 64;

interface Seen {
  id: number;
  headers: Record<string, string>;
  body: string;
}

interface Run {
  id: string;
  status: string;
  pages: number;
  fetched: number;
  created: number;
  attempts: number;
  error: string | null;
}

let sandbox: Sandbox;
let delivered: Seen[];
let polling: Promise<void>;
let over: boolean;
let server: ServerProcess | undefined;
let data: string;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, contactsPerAccount: contacts });
});
afterAll(() => sandbox.close());
afterEach(async () => {
  over = true;
  await polling;
  await server?.stop();
  server = undefined;
  // Left over only where a test has failed between a kill and the next start.
  const orphan = await postgresPid();
  if (orphan !== undefined) process.kill(orphan, 'SIGKILL');
  await rm(data, { recursive: true, force: true });
});

async function control(way: string, method = 'GET', body?: unknown): Promise<unknown> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${sandbox.url}/_control/${way}`, {
    method,
    ...(body === undefined ? {} : json),
  });
  return answer.status === 204 ? undefined : answer.json();
}

/** Takes what the sink gets before it forgets it, and sees that it has missed none. */
async function watchSink(name: string): Promise<void> {
  while (!over) {
    const last = delivered.at(-1)?.id ?? 0;
    const more = (await control(`sinks/${name}?after=${last}`)) as Seen[];
    if (more[0] !== undefined && more[0].id !== last + 1) throw new Error('The sink has forgotten requests');
    delivered.push(...more);
    await sleep(25);
  }
}

/** The API as the host product's backend uses it. */
function backendOf(url: string) {
  let tenant: string | undefined;
  async function call<T = Record<string, string>>(method: string, way: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/api/${way}`, {
      method,
      headers: {
        authorization: `Bearer ${operatorKey}`,
        ...(tenant === undefined ? {} : { 'mortise-tenant': tenant }),
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${way} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }
  async function all<T>(way: string): Promise<T[]> {
    const found: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { data: T[]; nextCursor: string | null } = await call('GET', `${way}&limit=200${more}`);
      found.push(...page.data);
      cursor = page.nextCursor;
    }
    return found;
  }
  return { call, all, actFor: (id: string) => void (tenant = id) };
}

type Backend = ReturnType<typeof backendOf>;

/** Connects an account the way a host product does: its backend asks for the link, a person's browser goes the way. */
async function connect(api: Backend): Promise<{ connectionId: string; account: string }> {
  const [provider] = sandbox.providers;
  const { id: integrationId } = await api.call('POST', 'integrations', {
    provider: 'hubspot',
    environment: 'live',
    hosts: provider!.hosts,
    clientId: provider!.client.id,
    clientSecret: provider!.client.secret,
  });
  const { authorizeUrl } = await api.call('POST', 'integrations/connect/hubspot', { integrationId });
  const opened = await fetch(authorizeUrl!, { redirect: 'manual' });
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
  const consentUrl = opened.headers.get('location')!;
  const account = /name="account" value="([^"]+)"/.exec(await (await fetch(consentUrl)).text())![1]!;
  const form = new URLSearchParams({ account, decision: 'allow' });
  const consented = await fetch(consentUrl, { method: 'POST', body: form, redirect: 'manual' });
  const back = await fetch(consented.headers.get('location')!, { redirect: 'manual', headers: { cookie } });
  expect(back.status).toBe(302);
  const [connection] = await api.all<{ id: string; status: string }>('connections?');
  expect(connection).toMatchObject({ status: 'connected' });
  return { connectionId: connection!.id, account };
}

/** The embedded PostgreSQL's process; undefined when none runs. */
async function postgresPid(): Promise<number | undefined> {
  const file = path.join(data, 'postgres/cluster/postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split('\n')[0]);
}

async function killPostgres(): Promise<void> {
  process.kill((await postgresPid())!, 'SIGKILL');
}

interface Round {
  /** Share of the contacts that are read when it is killed; past 1 it is the deliveries that are cut off. */
  at: number;
  withPostgres: boolean;
}

/** The whole story. @returns the ledger */
async function survive(env: Record<string, string>, rounds: Round[]) {
  delivered = [];
  over = false;
  const sink = `crash-${crypto.randomUUID()}`;
  await control(`sinks/${sink}`, 'PUT', { status: 204, delayMs: 40 });
  await control('providers/hubspot/faults', 'DELETE');
  await control('providers/hubspot/faults', 'POST', {
    kind: 'slow',
    times: 100_000,
    delayMs: pageDelayMs,
    path: '/crm',
  });
  polling = watchSink(sink);

  server = new ServerProcess(await freePort(), {
    MORTISE_EGRESS_ALLOW: `127.0.0.1:${sandbox.port}`,
    MORTISE_OPERATOR_KEY: operatorKey,
    MORTISE_DATA: data,
    ...env,
  });
  await server.start();
  const api = backendOf(server.url);
  api.actFor((await api.call('POST', 'tenants', { name: 'Acme' })).id!);
  const { connectionId, account } = await connect(api);
  const { secret } = await api.call('POST', 'webhooks', {
    name: 'sink',
    url: `${sandbox.url}/_sink/${sink}`,
    events: ['contact.*'],
  });
  const { id: syncId } = await api.call('POST', 'syncs', { connectionId, resource: 'contacts' });
  const latest = async () => (await api.all<Run>(`runs?syncId=${syncId}`))[0];
  const startedAt = Date.now();
  const kills: { when: string; fetched: number; delivered: number; backAfterMs: number }[] = [];

  async function until(what: string, check: () => Promise<boolean> | boolean): Promise<void> {
    for (const deadline = Date.now() + 60_000; !(await check()); await sleep(10)) {
      if (Date.now() > deadline)
        throw new Error(`${what} did not come about. The server said:\n${server!.said}`);
    }
  }

  for (const { at, withPostgres } of rounds) {
    let run: Run | undefined;
    if (at < 1)
      await until(
        `reading ${at * 100} %`,
        async () => ((run = await latest())?.fetched ?? 0) >= at * contacts,
      );
    else await until('the end of the run', async () => (run = await latest())?.status === 'succeeded');
    // Anywhere between two steps of the work, not just after one.
    await sleep(Math.random() * pageDelayMs);
    const before = delivered.length;
    if (withPostgres) await killPostgres();
    await server.kill();
    // It was in the middle of it: not all was read, or not all was delivered.
    if (at < 1) expect(run).toMatchObject({ status: 'running' });
    expect(new Set(delivered.map((one) => one.headers['webhook-id'])).size).toBeLessThan(contacts);
    const downAt = Date.now();
    await server.start();
    kills.push({
      when: `${at < 1 ? 'sync' : 'deliveries'}${withPostgres ? ' + PostgreSQL' : ''}`,
      fetched: run?.fetched ?? 0,
      delivered: before,
      backAfterMs: Date.now() - downAt,
    });
    if (at < 1) expect((await latest())?.status).not.toBe('succeeded');
  }

  await until('the end of the run', async () => {
    const run = await latest();
    if (run?.status === 'failed') throw new Error(`The run failed: ${run.error}`);
    return run?.status === 'succeeded';
  });
  const events = await api.all<{ id: string; data: { record: { externalId: string } } }>(
    'events?type=contact.created',
  );
  const missing = () => {
    const there = new Set(delivered.map((one) => one.headers['webhook-id']));
    return events.filter((event) => !there.has(event.id));
  };
  await until('the last delivery', () => missing().length === 0);
  const elapsedMs = Date.now() - startedAt;

  // Records: exactly what the provider has.
  const records = await api.all<{ externalId: string }>(`records?connectionId=${connectionId}`);
  const atProvider: string[] = [];
  for (let offset = 0; offset < contacts; offset += 200) {
    const way = `providers/hubspot/records?account=${account}&collection=contacts&limit=200&offset=${offset}`;
    const { records: page } = (await control(way)) as { records: { id: string }[] };
    atProvider.push(...page.map((one) => one.id));
  }
  expect(new Set(atProvider).size).toBe(contacts);
  expect(records.map((one) => one.externalId).toSorted()).toEqual(atProvider.toSorted());

  // Events: one a contact, and nothing else about contacts.
  expect(events.map((event) => event.data.record.externalId).toSorted()).toEqual(atProvider.toSorted());
  for (const type of ['contact.updated', 'contact.deleted'])
    expect(await api.all(`events?type=${type}`)).toEqual([]);

  // Deliveries: all of them, each signed, and none that is not an event.
  const webhook = new Webhook(secret!);
  for (const { headers, body } of delivered) webhook.verify(Buffer.from(body, 'base64').toString(), headers);
  const ids = new Set(delivered.map((one) => one.headers['webhook-id']!));
  expect([...ids].toSorted()).toEqual(events.map((event) => event.id).toSorted());
  const duplicates = delivered.length - ids.size;
  expect(duplicates).toBeLessThanOrEqual(rounds.length * inFlightAtMost);
  const run = await latest();
  expect(run!.attempts).toBeGreaterThan(1);
  return {
    contacts,
    events: events.length,
    delivered: delivered.length,
    lost: missing().length,
    duplicates,
    attempts: run!.attempts,
    elapsedMs,
    kills,
  };
}

function print(title: string, { kills, ...sums }: Awaited<ReturnType<typeof survive>>): void {
  const line = (row: object) =>
    Object.entries(row)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  process.stdout.write(`\n${title}\n${[...kills, sums].map((row) => `  ${line(row)}\n`).join('')}`);
}

/** A share of the work at random, anew in each run of the suite. */
const somewhere = (from: number, to: number) => from + Math.random() * (to - from);

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mortise-crash-'));
  // PostgreSQL runs as another user when we are root, and must pass through.
  await chmod(folder, 0o711);
  return folder;
}

describe('killed in the middle of a sync and of its deliveries, and started again', () => {
  it(
    'nothing is missing, nothing is lost, on the embedded PostgreSQL, which is killed as well',
    { timeout: 150_000 },
    async () => {
      data = await newFolder();
      const ledger = await survive({}, [
        { at: somewhere(0.05, 0.2), withPostgres: false },
        { at: somewhere(0.3, 0.5), withPostgres: true },
        { at: somewhere(0.6, 0.8), withPostgres: false },
        { at: 1, withPostgres: true },
      ]);
      expect(ledger.lost).toBe(0);
      print('Ledger, embedded PostgreSQL', ledger);
    },
  );

  it('nor on a PostgreSQL of its own, named by DATABASE_URL', { timeout: 150_000 }, async () => {
    data = await newFolder();
    const external = await createTestDatabase({ bare: true });
    try {
      const env = { DATABASE_URL: external.url, MORTISE_MASTER_KEY: Buffer.alloc(32, 5).toString('base64') };
      const ledger = await survive(env, [
        { at: somewhere(0.2, 0.6), withPostgres: false },
        { at: 1, withPostgres: false },
      ]);
      expect(ledger.lost).toBe(0);
      print('Ledger, PostgreSQL by DATABASE_URL', ledger);
      await server?.stop();
    } finally {
      await external.drop();
    }
  });
});
