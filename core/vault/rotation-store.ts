import type { Tx } from '@mortise/platform/database';
import type { Actor } from '../kernel/index.ts';

/** The operator's own rotations, those of the master key, stand under this id. */
export const masterTenantId = '00000000-0000-0000-0000-000000000000';

export interface RotationRow {
  tenant_id: string;
  id: string;
  kind: 'tenant' | 'master';
  state: 'queued' | 'running' | 'succeeded' | 'failed';
  /** The tenant's new key, once there is one. */
  key_id: string | null;
  /** The master key that a rotation of the master key goes to. */
  master_key_id: string | null;
  total: number | null;
  done: number;
  failed: number;
  error: string | null;
  actor: Actor;
  trace_id: string;
  requested_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** Adds a rotation unless one is open already. @returns the open one, and whether it is new */
export async function addRotation(
  tx: Tx,
  rotation: { tenantId: string; id: string; masterKeyId: string | null; actor: Actor; traceId: string },
): Promise<{ row: RotationRow; isNew: boolean }> {
  const { tenantId, id, masterKeyId, actor, traceId } = rotation;
  for (;;) {
    const added = await tx.query<RotationRow & { [key: string]: unknown }>(
      `insert into key_rotations (tenant_id, id, kind, master_key_id, actor, trace_id) values ($1, $2, $3, $4, $5, $6)
       on conflict (tenant_id) where state in ('queued', 'running') do nothing returning *`,
      [tenantId, id, masterKeyId === null ? 'tenant' : 'master', masterKeyId, JSON.stringify(actor), traceId],
    );
    if (added[0] !== undefined) return { row: added[0], isNew: true };
    const open = await tx.query<RotationRow & { [key: string]: unknown }>(
      "select * from key_rotations where tenant_id = $1 and state in ('queued', 'running')",
      [tenantId],
    );
    // None: the one in the way has ended between the two statements.
    if (open[0] !== undefined) return { row: open[0], isNew: false };
  }
}

/** Rotations newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listRotations(
  tx: Tx,
  tenantId: string,
  page: { before: string | undefined; limit: number },
): Promise<RotationRow[]> {
  return tx.query<RotationRow & { [key: string]: unknown }>(
    `select * from key_rotations where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [tenantId, page.before ?? null, page.limit + 1],
  );
}

/**
 * The rotation while it is open.
 *
 * @param lock `begin` and `end` are alone with it. `work` lets others work on it too, and its end wait for them
 */
export async function lockOpenRotation(
  tx: Tx,
  rotation: { tenantId: string; rotationId: string },
  lock: 'begin' | 'work' | 'end',
): Promise<RotationRow | undefined> {
  const [row] = await tx.query<RotationRow & { [key: string]: unknown }>(
    `select * from key_rotations where tenant_id = $1 and id = $2 and state in ('queued', 'running')
        for ${lock === 'work' ? 'key share' : 'update'}`,
    [rotation.tenantId, rotation.rotationId],
  );
  return row;
}

type Open = Pick<RotationRow, 'tenant_id' | 'id'>;

export async function markRunning(tx: Tx, { tenant_id, id }: Open, keyId: string | null): Promise<void> {
  await tx.query(
    `update key_rotations set state = 'running', key_id = $3, started_at = now() where tenant_id = $1 and id = $2`,
    [tenant_id, id, keyId],
  );
}

/** States the total once; a process that counts later leaves it. */
export async function setTotal(tx: Tx, { tenant_id, id }: Open, total: number): Promise<void> {
  await tx.query('update key_rotations set total = $3 where tenant_id = $1 and id = $2 and total is null', [
    tenant_id,
    id,
    total,
  ]);
}

/** Call it last in the transaction of what it counts: it is held until the commit. */
export async function addDone(tx: Tx, { tenant_id, id }: Open, count: number): Promise<void> {
  if (count === 0) return;
  await tx.query('update key_rotations set done = done + $3, error = null where tenant_id = $1 and id = $2', [
    tenant_id,
    id,
    count,
  ]);
}

/**
 * Ends a rotation. What others have written anew or removed meanwhile was not brought over by it and is no part of
 * its total any more.
 */
export async function markFinished(
  tx: Tx,
  { tenant_id, id }: Open,
  outcome: { failed: number; error: string | null },
): Promise<void> {
  await tx.query(
    `update key_rotations set state = $3, failed = $4, total = done + $4, error = $5, finished_at = now()
      where tenant_id = $1 and id = $2`,
    [tenant_id, id, outcome.error === null ? 'succeeded' : 'failed', outcome.failed, outcome.error],
  );
}

/** Says why a rotation has stopped, for now or, with `isOver`, for good. */
export async function markInterrupted(
  tx: Tx,
  rotation: { tenantId: string; rotationId: string },
  error: string,
  isOver: boolean,
): Promise<void> {
  await tx.query(
    `update key_rotations
        set error = $3, state = case when $4 then 'failed' else state end,
            finished_at = case when $4 then now() end
      where tenant_id = $1 and id = $2 and state in ('queued', 'running')`,
    [rotation.tenantId, rotation.rotationId, error, isOver],
  );
}
