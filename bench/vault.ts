// `npm run bench -- vault [values]`: secrets sealed and opened a second in one process, against bare AES-256-GCM of
// node:crypto over the same bytes; and how fast a rotation seals anew what lies in the database. A real PostgreSQL: the
// one of DATABASE_URL, where it makes a database and drops it, else an embedded one.
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { openServer } from './support/open-server.ts';
import { printResult } from './support/print-result.ts';
import { newId } from '@mortise/core/kernel';
import { createVault, vaultJobs, type Place, type Vault } from '@mortise/core/vault';
import { toKey } from '@mortise/core/vault/cipher.ts';
import { openUnder, sealUnder } from '@mortise/core/vault/envelope.ts';
import { addTenant, depsFor, queueRotation, readRotation } from '@mortise/core/vault/testing/rotation-rig.ts';
import { migrate, openDatabase, type Database } from '@mortise/platform/database';

const count = Number(process.argv[2] ?? 20_000);
/** As long as a set of tokens whose access token is a JWT. */
const secret = JSON.stringify({
  kind: 'oauth2',
  tokens: { accessToken: 'x'.repeat(900), refreshToken: 'y'.repeat(64) },
});
const secretBytes = Buffer.from(secret);
const place: Place = { tenantId: newId(), table: 'credentials', row: newId(), field: 'sealed' };
const masterKeys = [randomBytes(32)];

/** Runs an act `count` times in five rounds. @returns times a second in the best round, which others disturbed least */
function rateOf(act: () => void): number {
  const size = Math.ceil(count / 5);
  for (let n = 0; n < size; n++) act();
  const rates = Array.from({ length: 5 }, () => {
    const began = performance.now();
    for (let n = 0; n < size; n++) act();
    return size / ((performance.now() - began) / 1_000);
  });
  return Math.max(...rates);
}

/** What one writes with node:crypto alone: a fresh IV, the same bytes, a tag; no place, no key's name. */
function bareRates(): { seal: number; open: number } {
  const key = createSecretKey(randomBytes(32));
  const seal = (): Buffer => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
    return Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  };
  const sealed = seal();
  const open = (): string => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
  };
  return { seal: rateOf(seal), open: rateOf(open) };
}

function vaultRates(): { seal: number; open: number } {
  const key = { id: newId(), key: toKey(randomBytes(32)) };
  const sealed = sealUnder(key, place, secretBytes);
  return {
    seal: rateOf(() => void sealUnder(key, place, Buffer.from(secret))),
    open: rateOf(() => void openUnder(key, place, sealed).toString()),
  };
}

async function ratesInTransaction(db: Database, vault: Vault): Promise<{ seal: number; open: number }> {
  const tenantId = await addTenant(db);
  const at = { ...place, tenantId };
  const times = Math.ceil(count / 4);
  // Committed first, so that its key is one that the process knows.
  const sealed = await db.tenant(tenantId, (tx) => vault.seal(tx, at, secret));
  return db.tenant(tenantId, async (tx) => {
    const rate = async (act: () => Promise<unknown>) => {
      const began = performance.now();
      for (let n = 0; n < times; n++) await act();
      return times / ((performance.now() - began) / 1_000);
    };
    return {
      seal: await rate(() => vault.seal(tx, at, secret)),
      open: await rate(() => vault.open(tx, at, sealed)),
    };
  });
}

/** A tenant with `count` sealed values, and a rotation of their key. @returns values sealed anew a second */
async function rotationRate(db: Database, vault: Vault): Promise<number> {
  const tenantId = await addTenant(db);
  for (let from = 0; from < count; from += 1_000) {
    await db.tenant(tenantId, async (tx) => {
      const keys = Array.from({ length: Math.min(1_000, count - from) }, (_, n) => `key-${from + n}`);
      const sealed: Buffer[] = [];
      for (const key of keys) {
        sealed.push(
          await vault.seal(tx, { tenantId, table: 'idempotency_keys', row: key, field: 'response' }, secret),
        );
      }
      await tx.query(
        `insert into idempotency_keys (tenant_id, key, fingerprint, status, headers, response)
         select $1, k, '\\x00', 201, '{}', r from unnest($2::text[], $3::bytea[]) as t (k, r)`,
        [tenantId, keys, sealed],
      );
    });
  }
  const payload = await queueRotation(db, { tenantId });
  const { batchSize: _small, ...deps } = depsFor(db, masterKeys);
  const job = vaultJobs(deps).tasks['vault.rotate'];
  const began = performance.now();
  await job.handler(payload, { signal: new AbortController().signal, attempt: 1 });
  const seconds = (performance.now() - began) / 1_000;
  const row = await readRotation(db, payload.rotationId);
  if (row.state !== 'succeeded' || row.done !== count)
    throw new Error(`The rotation: ${JSON.stringify(row)}`);
  return count / seconds;
}

const server = await openServer();
try {
  await migrate(server.url);
  const db = openDatabase({ url: server.url, max: 4 });
  const vault = createVault({ masterKeys });
  const [bare, own] = [bareRates(), vaultRates()];
  const within = await ratesInTransaction(db, vault);
  const rotation = await rotationRate(db, vault);
  await db.close();
  const rows = {
    'baseline: bare AES-256-GCM, seal': { perSecond: bare.seal },
    'baseline: bare AES-256-GCM, open': { perSecond: bare.open },
    'envelope in process, seal': { perSecond: own.seal },
    'envelope in process, open': { perSecond: own.open },
    'vault in a transaction, seal (one look-up each)': { perSecond: within.seal },
    'vault in a transaction, open (none)': { perSecond: within.open },
    "rotation of a tenant's key, values sealed anew": { perSecond: rotation },
  };
  const both = ({ seal, open }: { seal: number; open: number }) => 1 / (1 / seal + 1 / open);
  printResult(rows, { bench: 'vault', value: both(own), unit: 'seal+open/s', baseline: both(bare) });
} finally {
  await server.close();
}
