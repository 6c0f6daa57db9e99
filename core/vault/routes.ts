import type {
  KeyRotation,
  listRotations,
  MasterKeyStatus,
  readMasterRotation,
  readTenantKey,
  startMasterRotation,
  startRotation,
} from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import {
  idCursor,
  newId,
  publicId,
  toPage,
  type Creation,
  type Handler,
  type RequestContext,
} from '../kernel/index.ts';
import type { RotationDeps } from './deps.ts';
import { keyAges, masterKeysInForce } from './key-store.ts';
import { sumOthers } from './rotate-master-key.ts';
import * as store from './rotation-store.ts';
import { countByMasterKey } from './store.ts';

export function vaultRoutes(deps: Pick<RotationDeps, 'db' | 'keyring' | 'audit' | 'queue'>) {
  const { db, keyring, audit, queue } = deps;

  /** Adds a rotation with its job, or finds the open one; its job is added again then, in case it was lost. */
  async function request(
    tx: Tx,
    context: RequestContext,
    what: { tenantId: string; masterKeyId: string | null; action: string; details: Record<string, unknown> },
  ): Promise<store.RotationRow> {
    const { tenantId, masterKeyId, action, details } = what;
    const { actor, traceId } = context;
    const { row, isNew } = await store.addRotation(tx, {
      tenantId,
      id: newId(),
      masterKeyId,
      actor,
      traceId,
    });
    await queue.addIn(
      (sql, params) => tx.query(sql, params),
      'vault.rotate',
      { tenantId, rotationId: row.id },
      { jobKey: `vault.rotate:${row.id}` },
    );
    const subject = masterKeyId === null ? { subject: publicId('tenant', tenantId) } : {};
    if (isNew) await audit(tx, { tenantId, traceId, actor }, { action, ...subject, details });
    return row;
  }

  async function masterStatus(tx: Tx): Promise<MasterKeyStatus> {
    const [rotation] = await store.listRotations(tx, store.masterTenantId, { before: undefined, limit: 1 });
    const underOthers = sumOthers(await countByMasterKey(tx), keyring.current.id);
    const inForce = await masterKeysInForce(tx);
    const previous = keyring.masters.slice(1).map((master) => master.id);
    return {
      masterKeyId: keyring.current.id,
      previousKeyIds: previous,
      underOthers,
      // One in force may still wrap a new tenant's key, in a process that was not restarted yet.
      previousMayBeDropped:
        previous.length > 0 && underOthers === 0 && !previous.some((id) => inForce.has(id)),
      rotation: rotation === undefined ? null : show(rotation),
    };
  }

  const readKey: Handler<typeof readTenantKey> = async ({ tenantId }) => {
    const { createdAt, olderKeys } = await db.tenant(tenantId, (tx) => keyAges(tx, tenantId));
    return { createdAt: createdAt?.toISOString() ?? null, olderKeys };
  };

  const list: Handler<typeof listRotations> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const rows = await db.tenant(tenantId, (tx) =>
      store.listRotations(tx, tenantId, { before, limit: query.limit }),
    );
    return toPage(rows, query.limit, (row) => [row.id], show);
  };

  const start: Creation<typeof startRotation> = async (context, _input, tx) => {
    const { tenantId } = context;
    const action = 'vault.rotation_requested';
    return show(await request(tx, context, { tenantId, masterKeyId: null, action, details: {} }));
  };

  const readMaster: Handler<typeof readMasterRotation> = () => db.engine(masterStatus);

  const startMaster: Creation<typeof startMasterRotation> = async (context, _input, tx) => {
    await request(tx, context, {
      tenantId: store.masterTenantId,
      masterKeyId: keyring.current.id,
      action: 'vault.master_rotation_requested',
      details: { masterKeyId: keyring.current.id },
    });
    return masterStatus(tx);
  };

  return { readKey, list, start, readMaster, startMaster };
}

function show(row: store.RotationRow): KeyRotation {
  return {
    kind: row.kind,
    state: row.state,
    total: row.total,
    done: row.done,
    failed: row.failed,
    error: row.error,
    requestedBy: row.actor.name,
    requestedAt: row.requested_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
