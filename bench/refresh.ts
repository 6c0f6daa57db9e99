// `npm run bench -- refresh [connections]`: connections of many tenants that are all due at once, renewed by the
// background job through a courier as in the product, and without one; against bare token requests with undici, as many
// at once, that store nothing. The token endpoint is a process of its own, over HTTP on loopback; it rotates, and counts
// what it grants. A real PostgreSQL: the one of DATABASE_URL, where it makes a database and drops it, else an embedded one.
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { openServer } from './support/open-server.ts';
import { printResult } from './support/print-result.ts';
import { createCourier, createRenewer, type Renewer } from '@mortise/core/connections';
import { serveCourier } from '@mortise/core/connections/serve-courier.ts';
import { plantConnection } from '@mortise/core/connections/testing/connected.ts';
import { addTenant, createRig } from '@mortise/core/connections/testing/rig.ts';
import { defineStrict, strictRegistry } from '@mortise/core/connections/testing/strict-identity-provider.ts';
import { migrate, openDatabase, type Database } from '@mortise/platform/database';

const me = fileURLToPath(import.meta.url);
/** As many as egress opens to one origin. */
const atOnce = 16;
const perTenant = 20;

interface SetUp {
  databaseUrl: string;
  providerUrl: string;
}

/** What the token endpoint has done since it was asked last. */
interface Count {
  granted: number;
  refused: number;
}

if (process.argv[2] === 'provider') serveProvider();
else if (process.argv[2] === 'courier') serveCourier(courierRenewer);
else await measure(Number(process.argv[2] ?? 1_000));

/** Any refresh token is good once. */
function serveProvider(): void {
  const used = new Set<string>();
  let count: Count = { granted: 0, refused: 0 };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => void (text += chunk));
    request.once('end', () => {
      const given = new URLSearchParams(text).get('refresh_token') ?? '';
      const good = given !== '' && !used.has(given);
      used.add(given);
      if (good) count.granted += 1;
      else count.refused += 1;
      const token = () => randomBytes(24).toString('base64url');
      const body = good
        ? { access_token: token(), refresh_token: token(), expires_in: 3_600, token_type: 'bearer' }
        : { error: 'invalid_grant' };
      response.writeHead(good ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  process.on('message', () => {
    process.send?.(count);
    count = { granted: 0, refused: 0 };
  });
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

function rigOver(db: Database, providerUrl: string, renewer?: Renewer) {
  return createRig({
    db,
    registry: strictRegistry(defineStrict(providerUrl)),
    allow: ['127.0.0.1:*'],
    ...(renewer === undefined ? {} : { renewer }),
  });
}

function courierRenewer({ databaseUrl, providerUrl }: SetUp): Renewer {
  const db = openDatabase({ url: databaseUrl, max: 8 });
  const rig = rigOver(db, providerUrl);
  const renewer = createRenewer(rig);
  return {
    renew: (job) => renewer.renew(job),
    async close() {
      await renewer.close();
      await Promise.all([db.close(), rig.egress.close()]);
    },
  };
}

async function countOf(provider: ChildProcess): Promise<Count> {
  provider.send('count');
  const [count] = (await once(provider, 'message')) as [Count];
  return count;
}

/** @returns seconds for so many token requests that are read and forgotten */
async function bare(url: string, count: number): Promise<number> {
  const pool = new Pool(url, { connections: atOnce });
  let next = 0;
  const began = performance.now();
  const work = async () => {
    while (next < count) {
      next += 1;
      const { body } = await pool.request({
        method: 'POST',
        path: '/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          client_id: 'strict-client',
          client_secret: 'strict-client-secret',
          grant_type: 'refresh_token',
          refresh_token: randomBytes(24).toString('base64url'),
        }).toString(),
      });
      await body.json();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - began) / 1_000;
  await pool.close();
  return seconds;
}

/** Connected accounts of many tenants. Their tokens lapse in a minute: they are due. */
async function plant(db: Database, url: string, count: number): Promise<void> {
  const rig = rigOver(db, url);
  for (let tenants = 0; tenants * perTenant < count; tenants++) {
    const tenantId = await addTenant(db);
    for (let n = tenants * perTenant; n < Math.min(count, (tenants + 1) * perTenant); n++) {
      const token = () => randomBytes(24).toString('base64url');
      const expiresAt = new Date(Date.now() + 60_000);
      const tokens = { accessToken: token(), refreshToken: token(), expiresAt };
      await plantConnection(rig, tenantId, { provider: 'strict', accountId: String(n), tokens }, new Date());
    }
  }
  rig.stop();
}

/** Makes all due and works them off. @returns seconds until every one is fresh */
async function renewAll(
  db: Database,
  provider: ChildProcess,
  url: string,
  count: number,
  renewer?: Renewer,
): Promise<number> {
  const rig = rigOver(db, url, renewer);
  const run = () =>
    rig.jobs.tasks['connections.refresh'].handler({}, { signal: new AbortController().signal });
  // Some beforehand, as in a server that has run for a while: connections are open, the courier is there.
  await db.engine((tx) =>
    tx.query(
      `update credentials set refresh_at = now() where connection_id in (select connection_id from credentials limit 100)`,
    ),
  );
  await run();
  await countOf(provider);
  await db.engine((tx) => tx.query('update credentials set refresh_at = now()'));
  const [before] = await db.engine((tx) =>
    tx.query<{ most: number }>('select max(version) as most from credentials'),
  );
  const began = performance.now();
  await run();
  const seconds = (performance.now() - began) / 1_000;
  const [after] = await db.engine((tx) =>
    tx.query<{ fresh: number }>(
      `select count(*) as fresh from credentials
        where version > $1 and expires_at > now() + interval '50 minutes' and lease_owner is null and asked_at is null`,
      [before?.most],
    ),
  );
  const { granted, refused } = await countOf(provider);
  if (granted !== count || refused !== 0 || after?.fresh !== count)
    throw new Error(`Of ${count}: ${granted} granted, ${refused} refused, ${after?.fresh} fresh`);
  rig.stop();
  return seconds;
}

async function measure(count: number): Promise<void> {
  const provider = fork(me, ['provider']);
  const [port] = (await once(provider, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const server = await openServer();
  try {
    await migrate(server.url);
    const db = openDatabase({ url: server.url, max: 24 });
    await plant(db, url, count);
    const here = createRenewer(rigOver(db, url));
    const courier = createCourier<SetUp>({
      start: () =>
        fork(me, ['courier'], {
          detached: true,
          serialization: 'advanced',
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        }),
      setUp: { databaseUrl: server.url, providerUrl: url },
      here,
      logger: { warn: (_details, message) => console.error(message) },
    });
    await bare(url, count);
    const before = await bare(url, count);
    const through = await renewAll(db, provider, url, count, courier);
    const within = await renewAll(db, provider, url, count, here);
    const after = await bare(url, count);
    await courier.close();
    await db.close();
    const baseline = (before + after) / 2;
    const row = (seconds: number) => ({ seconds, perSecond: count / seconds });
    const rows = {
      'baseline: bare token requests, nothing stored': row(baseline),
      'the background job, through the courier': row(through),
      'the background job, in one process': row(within),
    };
    console.log(`refreshes made in each run: ${count} of ${count}, none twice`);
    printResult(rows, {
      bench: 'refresh',
      value: count / through,
      unit: 'refreshes/s',
      baseline: count / baseline,
    });
  } finally {
    provider.disconnect();
    await server.close();
  }
}
