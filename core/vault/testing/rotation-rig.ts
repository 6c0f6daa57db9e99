import { randomBytes } from 'node:crypto';
import type { Database, Tx } from '@mortise/platform/database';
import { newId } from '../../kernel/index.ts';
import { createKeyring, createVault, type Place, type SealedPlace, type Vault } from '../index.ts';
import type { RotationDeps } from '../deps.ts';
import { addRotation, masterTenantId, type RotationRow } from '../rotation-store.ts';

/** The columns of the product that hold sealed values, as the rooms state them. */
export const places: readonly SealedPlace[] = [
  { table: 'credentials', rowColumn: 'connection_id', rowType: 'uuid', field: 'sealed' },
  { table: 'integrations', rowColumn: 'id', rowType: 'uuid', field: 'client_secret' },
  { table: 'oauth_states', rowColumn: 'state_hash', rowType: 'hex', field: 'sealed' },
  { table: 'webhook_secrets', rowColumn: 'id', rowType: 'uuid', field: 'sealed' },
  { table: 'idempotency_keys', rowColumn: 'key', rowType: 'text', field: 'response' },
];

/** One secret in the database: where it is, and what it should open to. */
export interface Kept {
  place: Place;
  text: string;
}

export async function addTenant(db: Database): Promise<string> {
  const id = newId();
  await db.engine((tx) => tx.query("insert into tenants (id, name) values ($1, 'A tenant')", [id]));
  return id;
}

/** Puts `count` secrets of a tenant into each of the five tables. @returns all of them */
export async function plant(db: Database, vault: Vault, tenantId: string, count: number): Promise<Kept[]> {
  return db.tenant(tenantId, async (tx) => {
    const all: Kept[] = [];
    const keep = async (table: string, row: string, field: string): Promise<Buffer> => {
      const kept = {
        place: { tenantId, table, row, field },
        text: `${table} ${randomBytes(9).toString('base64')} ç`,
      };
      all.push(kept);
      return vault.seal(tx, kept.place, kept.text);
    };
    const webhook = newId();
    await tx.query(
      "insert into webhooks (tenant_id, id, name, url, events, status) values ($1, $2, 'w', 'https://w.test', '{}', 'active')",
      [tenantId, webhook],
    );
    for (let n = 0; n < count; n++) {
      const [integration, connection, secret, hash] = [newId(), newId(), newId(), randomBytes(32)];
      const key = `key-${randomBytes(6).toString('hex')}`;
      await tx.query(
        `insert into integrations (tenant_id, id, provider, name, environment, client_secret)
         values ($1, $2, 'p', 'p', 'live', $3)`,
        [tenantId, integration, await keep('integrations', integration, 'client_secret')],
      );
      await tx.query(
        `insert into connections (tenant_id, id, integration_id, status, account_id, account_name)
         values ($1, $2, $3, 'connected', 'a', 'A')`,
        [tenantId, connection, integration],
      );
      await tx.query('insert into credentials (tenant_id, connection_id, sealed) values ($1, $2, $3)', [
        tenantId,
        connection,
        await keep('credentials', connection, 'sealed'),
      ]);
      await tx.query(
        `insert into oauth_states (tenant_id, state_hash, integration_id, sealed, actor, trace_id, expires_at)
         values ($1, $2, $3, $4, '{}', $5, now() + interval '1 hour')`,
        [tenantId, hash, integration, await keep('oauth_states', hash.toString('hex'), 'sealed'), newId()],
      );
      await tx.query(
        'insert into webhook_secrets (tenant_id, id, webhook_id, sealed) values ($1, $2, $3, $4)',
        [tenantId, secret, webhook, await keep('webhook_secrets', secret, 'sealed')],
      );
      await tx.query(
        `insert into idempotency_keys (tenant_id, key, fingerprint, status, headers, response)
         values ($1, $2, '\\x00', 201, '{}', $3)`,
        [tenantId, key, await keep('idempotency_keys', key, 'response')],
      );
    }
    return all;
  });
}

const columnOf = (table: string) => places.find((place) => place.table === table)?.rowColumn ?? 'id';

/** The sealed bytes that stand at a place. */
export async function readSealed(tx: Tx, { tenantId, table, row, field }: Place): Promise<Buffer> {
  const column = table === 'oauth_states' ? `encode(${columnOf(table)}, 'hex')` : `${columnOf(table)}::text`;
  const rows = await tx.query<{ sealed: Buffer }>(
    `select ${field} as sealed from ${table} where tenant_id = $1 and ${column} = $2`,
    [tenantId, row],
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`${table} has no row ${row}`);
  return found.sealed;
}

/** What all of a tenant's secrets open to, in a process that was started just now, and the keys they name. */
export async function openAll(
  db: Database,
  masterKeys: readonly Uint8Array[],
  all: readonly Kept[],
): Promise<{ texts: string[]; keyIds: Set<string> }> {
  const vault = createVault({ masterKeys });
  const [first] = all;
  if (first === undefined) return { texts: [], keyIds: new Set() };
  return db.tenant(first.place.tenantId, async (tx) => {
    const texts: string[] = [];
    const keyIds = new Set<string>();
    for (const { place } of all) {
      const sealed = await readSealed(tx, place);
      keyIds.add(sealed.subarray(1, 17).toString('hex'));
      texts.push(await vault.open(tx, place, sealed));
    }
    return { texts, keyIds };
  });
}

type AuditLine = { tenantId: string; action: string };

export function depsFor(
  db: Database,
  masterKeys: readonly Uint8Array[],
  audited: AuditLine[] = [],
): RotationDeps & { audited: AuditLine[]; jobs: unknown[] } {
  const jobs: unknown[] = [];
  return {
    db,
    keyring: createKeyring(masterKeys),
    places,
    audited,
    jobs,
    audit: async (_tx, { tenantId }, { action }) => void audited.push({ tenantId, action }),
    queue: { addIn: async (_execute, _task, payload) => void jobs.push(payload) },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    batchSize: 3,
  };
}

const actor = { kind: 'system', id: null, name: 'Mortise' } as const;

/** A queued rotation: of a tenant's key, or with a master key's id, of the master key. */
export async function queueRotation(
  db: Database,
  what: { tenantId: string } | { masterKeyId: string },
): Promise<{ tenantId: string; rotationId: string }> {
  const tenantId = 'tenantId' in what ? what.tenantId : masterTenantId;
  const masterKeyId = 'masterKeyId' in what ? what.masterKeyId : null;
  const { row } = await db.engine((tx) =>
    addRotation(tx, { tenantId, id: newId(), masterKeyId, actor, traceId: newId() }),
  );
  return { tenantId, rotationId: row.id };
}

export async function readRotation(db: Database, rotationId: string): Promise<RotationRow> {
  const [row] = await db.engine((tx) =>
    tx.query<RotationRow & { [key: string]: unknown }>('select * from key_rotations where id = $1', [
      rotationId,
    ]),
  );
  if (row === undefined) throw new Error('There is no such rotation');
  return row;
}

/** The end of a process, as a test makes it. */
export class Killed extends Error {}

/**
 * A database of a process that dies at its `at`-th statement: that one never arrives, its transaction is rolled back,
 * and nothing that follows arrives either.
 */
export function dyingAt(db: Database, at: number): Database {
  let count = 0;
  const step = () => {
    if (++count >= at) throw new Killed(`At statement ${at}`);
  };
  const counted = <T>(act: (tx: Tx) => Promise<T>) => {
    return async (tx: Tx): Promise<T> => {
      step();
      const result = await act({
        get db() {
          return tx.db;
        },
        afterCommit: (then) => tx.afterCommit(then),
        query: (sql, values, name) => {
          step();
          return tx.query(sql, values, name);
        },
        send: (...statement) => {
          step();
          tx.send(...statement);
        },
      });
      // Before the commit.
      step();
      return result;
    };
  };
  return {
    ...db,
    tenant: (tenantId, act) => db.tenant(tenantId, counted(act)),
    engine: (act) => db.engine(counted(act)),
  };
}

/** Runs an act in a process that dies at its first statement, then at its second, until one lives to the end. */
export async function dieEverywhere(
  act: (at: number) => Promise<void>,
  afterEach: () => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at++) {
    const outcome = await act(at).then(
      () => 'lived',
      (error: unknown) => {
        if (error instanceof Killed) return 'died';
        throw error;
      },
    );
    await afterEach();
    if (outcome === 'lived') return at;
  }
}
