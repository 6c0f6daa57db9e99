import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from './index.ts';
import type { Sandbox, SandboxOptions } from './index.ts';

let folder: string;
const open: Sandbox[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await rm(folder, { recursive: true });
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ port: 0, seed: 5, contactsPerAccount: 30, ...options });
  open.push(sandbox);
  return sandbox;
}

async function control(sandbox: { url: string }, method: string, path: string, body?: unknown) {
  const response = await fetch(`${sandbox.url}/_control${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as never };
}

interface Row {
  id: string;
  fields: Record<string, string>;
  updatedAt: number;
}

/** The first emulator as it describes itself: the sandbox knows no provider by name. */
async function first(sandbox: { url: string }) {
  const { providers } = (await control(sandbox, 'GET', '')).body as {
    providers: {
      id: string;
      client: { id: string; secret: string };
      accounts: { id: string }[];
      collections: { name: string; fields: { name: string }[] }[];
    }[];
  };
  const provider = providers[0];
  const collection = provider?.collections[0];
  const account = provider?.accounts[0]?.id ?? '';
  if (provider === undefined || collection === undefined) throw new Error('no emulator');
  const path = `/providers/${provider.id}`;
  const place = `account=${account}&collection=${collection.name}`;
  const list = async (more = '') =>
    (await control(sandbox, 'GET', `${path}/records?${place}${more}`)).body as {
      total: number;
      records: Row[];
    };
  return {
    provider,
    path,
    account,
    collection: collection.name,
    field: collection.fields[0]?.name ?? '',
    place,
    list,
  };
}

test('records are found, edited, made and archived, by whatever fields the emulator describes', async () => {
  const sandbox = await start();
  const { path, account, collection, field, place, list } = await first(sandbox);
  const { total, records } = await list('&limit=5');
  expect([total, records.length]).toEqual([30, 5]);
  const id = records[0]?.id ?? '';

  const edit = await control(sandbox, 'PATCH', `${path}/records/${id}`, {
    account,
    collection,
    fields: { [field]: 'Ágata Único' },
  });
  expect(edit.status).toBe(200);
  expect((await list('&q=agata unico')).records.map((one) => one.id)).toEqual([id]);

  const made = (
    await control(sandbox, 'POST', `${path}/records`, { account, collection, fields: { [field]: 'New' } })
  ).body as Row;
  expect((await list()).records[0]?.id).toBe(made.id);

  expect((await control(sandbox, 'DELETE', `${path}/records/${id}?${place}`)).status).toBe(200);
  expect((await control(sandbox, 'DELETE', `${path}/records/${id}?${place}`)).status).toBe(404);
  expect((await list('&archived=true')).records.map((one) => one.id)).toEqual([id]);
  expect((await list()).total).toBe(30);

  await control(sandbox, 'POST', '/reset', {});
  expect(await list('&limit=5')).toEqual({ total, records });
});

test('a form or a text of another origin moves no lever', async () => {
  const sandbox = await start();
  const response = await fetch(`${sandbox.url}/_control/reset`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'text/plain' },
  });
  expect(response.status).toBe(415);
});

test('wrong orders are told apart: unknown control, account, collection, fault', async () => {
  const sandbox = await start();
  const { path, account } = await first(sandbox);
  expect((await control(sandbox, 'GET', '/nothing')).status).toBe(404);
  expect((await control(sandbox, 'GET', `${path}/records?account=x&collection=y`)).status).toBe(400);
  expect((await control(sandbox, 'GET', `${path}/records?account=${account}&collection=y`)).status).toBe(400);
  expect((await control(sandbox, 'POST', `${path}/faults`, { kind: 'flood' })).status).toBe(400);
  expect((await fetch(`${sandbox.url}/nowhere/api/x`)).status).toBe(404);
});

test('faults strike the next requests and are seen in the log', async () => {
  const sandbox = await start();
  const { provider, path } = await first(sandbox);
  await control(sandbox, 'POST', `${path}/faults`, { kind: 'rate_limited', times: 1, retryAfter: '9' });
  await control(sandbox, 'POST', `${path}/faults`, { kind: 'server_error', times: 1 });
  await control(sandbox, 'POST', `${path}/faults`, { kind: 'slow', times: 1, delayMs: 30 });
  const api = sandbox.providers.find((one) => one.id === provider.id)?.hosts['api'];
  const answers = [await fetch(`${api}/x`), await fetch(`${api}/x`), await fetch(`${api}/x`)];
  expect(answers.map((one) => one.status)).toEqual([429, 500, 404]);
  expect(answers[0]?.headers.get('retry-after')).toBe('9');
  const log = (await control(sandbox, 'GET', `${path}/requests`)).body as {
    fault?: string;
    tookMs: number;
  }[];
  expect(log.map((one) => one.fault)).toEqual(['slow', 'server_error', 'rate_limited']);
  expect(log[0]?.tookMs).toBeGreaterThanOrEqual(29);
});

test('a sink keeps raw bytes and headers, answers as told, then as usual', async () => {
  const sandbox = await start();
  await control(sandbox, 'PUT', '/sinks/orders', { status: 503, retryAfter: '3', times: 1 });
  const body = Buffer.from([0, 255, 13, 10]);
  const post = () =>
    fetch(`${sandbox.url}/_sink/orders?x=1`, { method: 'POST', body, headers: { 'webhook-id': 'a' } });
  const busy = await post();
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '3']);
  expect((await post()).status).toBe(204);
  const got = (await control(sandbox, 'GET', '/sinks/orders?after=1')).body as {
    id: number;
    body: string;
    path: string;
    headers: Record<string, string>;
  }[];
  expect(got).toMatchObject([{ id: 2, path: '/_sink/orders?x=1', headers: { 'webhook-id': 'a' } }]);
  expect(Buffer.from(got[0]?.body ?? '', 'base64')).toEqual(body);
  for (let sent = 0; sent < 1001; sent++) await post();
  expect((await control(sandbox, 'GET', '/sinks/orders')).body).toHaveLength(1000);
});

test('a change is told to the webhook target, shown as sent, and sent again as it was', async () => {
  const sandbox = await start();
  const { path, account, collection, field, list } = await first(sandbox);
  await control(sandbox, 'PUT', `${path}/webhook-target`, { url: `${sandbox.url}/_sink/in` });
  const id = (await list()).records[0]?.id ?? '';
  await control(sandbox, 'PATCH', `${path}/records/${id}`, {
    account,
    collection,
    fields: { [field]: 'Told' },
  });
  const arrived = async () => (await control(sandbox, 'GET', '/sinks/in')).body as { body: string }[];
  await expect.poll(async () => (await arrived()).length).toBe(1);
  await expect
    .poll(async () => (await control(sandbox, 'GET', `${path}/webhooks`)).body)
    .toMatchObject([{ id: 1, status: 204 }]);
  expect((await control(sandbox, 'POST', `${path}/webhooks/1/resend`, {})).status).toBe(202);
  await expect.poll(async () => (await arrived()).map((one) => one.body)).toHaveLength(2);
  expect(new Set((await arrived()).map((one) => one.body)).size).toBe(1);
});

test('the control page names every emulator, shows where its hosts are, and no more than its own files', async () => {
  const sandbox = await start();
  const { provider } = await first(sandbox);
  const page = await (await fetch(sandbox.url)).text();
  expect(page).toContain(`${sandbox.url}/${provider.id}/api`);
  expect(page).toContain(provider.client.id);
  const script = await (await fetch(`${sandbox.url}/_assets/control.js`)).text();
  const modules = [...script.matchAll(/from '\.\/([\w.-]+)'/g)].map((match) => match[1]);
  expect(modules).not.toEqual([]);
  for (const name of ['control.css', ...modules])
    expect((await fetch(`${sandbox.url}/_assets/${name}`)).status).toBe(200);
  for (const name of ['control-page.ts', '..%2findex.ts', 'toString'])
    expect((await fetch(`${sandbox.url}/_assets/${name}`)).status).toBe(404);
});

test('killed with -9, it comes back with its edits and with every token it had given', async () => {
  const dataFile = join(folder, 'deep', 'sandbox.json');
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const options = ['--port', '0', '--seed', '5', '--contacts', '30', '--data', dataFile];
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const url = said.toString().replace('Sandbox: ', '').trim();
  const { provider, path, account, collection, field, list } = await first({ url });
  const id = (await list('&limit=1')).records[0]?.id ?? '';

  const redirectUri = 'https://me.example/cb';
  const query = new URLSearchParams({
    client_id: provider.client.id,
    redirect_uri: redirectUri,
    scope: 'oauth',
    state: 's',
  });
  const consent = await fetch(`${url}/${provider.id}/app/oauth/authorize?${query.toString()}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ decision: 'allow', account }),
  });
  expect(consent.status).toBe(302);
  await control({ url }, 'PATCH', `${path}/records/${id}`, {
    account,
    collection,
    fields: { [field]: 'Kept' },
  });
  child.kill('SIGKILL');
  await once(child, 'exit');

  const again = await start({ dataFile });
  const next = await first(again);
  expect((await next.list('&q=Kept')).records.map((one) => one.id)).toEqual([id]);
  expect((await control(again, 'GET', `${path}/tokens`)).body).toMatchObject([
    { accountId: account, scopes: ['oauth'] },
  ]);

  const other = await start({ dataFile, seed: 6 });
  expect((await (await first(other)).list('&q=Kept')).total).toBe(0);
});

test('closing writes what is unwritten, and the file is the owner’s alone', async () => {
  const dataFile = join(folder, 'sandbox.json');
  const sandbox = await start({ dataFile });
  const { path } = await first(sandbox);
  await control(sandbox, 'POST', `${path}/tokens/expire`, {});
  await sandbox.close();
  expect(JSON.parse(await readFile(dataFile, 'utf8'))).toMatchObject({ version: 1, seed: 5 });
});

test('a port that is taken is an error of the start', async () => {
  const sandbox = await start();
  await expect(startSandbox({ port: sandbox.port })).rejects.toThrow(/EADDRINUSE/);
});
