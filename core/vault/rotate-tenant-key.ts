import type { Tx } from '@mortise/platform/database';
import { publicId, systemActor, traceIdOf } from '../kernel/index.ts';
import type { NamedKey } from './cipher.ts';
import { batchSizeOf, type RotationDeps, type RotationPayload } from './deps.ts';
import { keyIdOf, openUnder, sealUnder } from './envelope.ts';
import { VaultError } from './errors.ts';
import { keysOfTenant, replaceCurrentKey } from './key-store.ts';
import {
  addDone,
  lockOpenRotation,
  markFinished,
  markRunning,
  setTotal,
  type RotationRow,
} from './rotation-store.ts';
import { countStale, lockStale, swapSealed, type SealedPlace, type SealedRow } from './sealed-places.ts';

/**
 * Gives a tenant a new key and seals everything of theirs under it, in batches. What it has done is in the rows
 * themselves, so it may stop at any line and be run again, by several at once too.
 *
 * @throws whatever the database does, and the signal's reason between two batches: run it again then
 */
export async function rotateTenantKey(
  deps: RotationDeps,
  payload: RotationPayload,
  signal: AbortSignal,
): Promise<void> {
  if (!(await begin(deps, payload))) return;
  for (;;) {
    // First past what others hold, then waiting for each of those, alone.
    for (const place of deps.places) await walk(deps, payload, place, { wait: false, signal });
    let unopened = 0;
    for (const place of deps.places) unopened += await walk(deps, payload, place, { wait: true, signal });
    if (await finish(deps, payload, unopened)) return;
  }
}

/** @returns whether there is something to do: not when it is over or its tenant is gone */
async function begin(deps: RotationDeps, payload: RotationPayload): Promise<boolean> {
  const { tenantId } = payload;
  const isOpen = await deps.db.tenant(tenantId, async (tx) => {
    const rotation = await lockOpenRotation(tx, payload, 'begin');
    if (rotation === undefined) return false;
    if (rotation.key_id !== null) return true;
    const key = deps.keyring.make(tenantId);
    await replaceCurrentKey(tx, tenantId, key);
    await markRunning(tx, rotation, key.id);
    return true;
  });
  if (!isOpen) return false;
  // Apart from the above: whoever seals waits for that one, and counting may take its time. Right all the same, since
  // what is sealed after the above is under the new key.
  return deps.db.tenant(tenantId, async (tx) => {
    const rotation = await lockOpenRotation(tx, payload, 'work');
    if (rotation === undefined) return false;
    if (rotation.total !== null) return true;
    const counts = await countStale(tx, deps.places, tenantId, keyOf(rotation));
    await setTotal(tx, rotation, sum(counts));
    return true;
  });
}

/** One way through a place, from its first row to its last. @returns how many values would not open */
async function walk(
  deps: RotationDeps,
  payload: RotationPayload,
  place: SealedPlace,
  { wait, signal }: { wait: boolean; signal: AbortSignal },
): Promise<number> {
  const limit = wait ? 1 : batchSizeOf(deps);
  let unopened = 0;
  let after: string | undefined;
  do {
    signal.throwIfAborted();
    after = await deps.db.tenant(payload.tenantId, async (tx) => {
      const rotation = await lockOpenRotation(tx, payload, 'work');
      if (rotation === undefined) return undefined;
      const rows = await lockStale(tx, place, payload.tenantId, keyOf(rotation), { after, limit, wait });
      const swaps = await reseal(deps, tx, rotation, place, rows);
      const done = await swapSealed(tx, place, payload.tenantId, swaps);
      await addDone(tx, rotation, done);
      unopened += rows.length - done;
      return rows.at(-1)?.row;
    });
  } while (after !== undefined);
  return unopened;
}

/** What does not open is left as it is: it keeps its key, and the end of the rotation tells of it. */
async function reseal(
  deps: RotationDeps,
  tx: Tx,
  rotation: RotationRow,
  place: SealedPlace,
  rows: readonly SealedRow[],
): Promise<{ row: string; old: Buffer; next: Buffer }[]> {
  if (rows.length === 0) return [];
  const tenantId = rotation.tenant_id;
  const keys = new Map((await keysOfTenant(tx, tenantId)).map((key) => [key.id, key]));
  const unwrapped = new Map<string, NamedKey>();
  const keyNamed = (id: string): NamedKey => {
    const wrapped = keys.get(id);
    if (wrapped === undefined) throw new VaultError('VAULT_UNKNOWN_KEY', `The tenant has no key ${id}`);
    const key = unwrapped.get(id) ?? deps.keyring.unwrap(tenantId, wrapped);
    unwrapped.set(id, key);
    return key;
  };
  const target = keyNamed(keyOf(rotation));
  return rows.flatMap(({ row, sealed }) => {
    const at = { tenantId, table: place.table, row, field: place.field };
    try {
      const plaintext = openUnder(keyNamed(keyIdOf(at, sealed)), at, sealed);
      const next = sealUnder(target, at, plaintext);
      plaintext.fill(0);
      return [{ row, old: sealed, next }];
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      deps.logger.error(
        { err: error, tenantId, rotationId: rotation.id },
        'A sealed value was left under its old key',
      );
      return [];
    }
  });
}

/** Ends the rotation, unless more is left than what would not open. @returns whether it is over */
async function finish(deps: RotationDeps, payload: RotationPayload, unopened: number): Promise<boolean> {
  const { tenantId } = payload;
  return deps.db.tenant(tenantId, async (tx) => {
    const rotation = await lockOpenRotation(tx, payload, 'end');
    if (rotation === undefined) return true;
    const left = await countStale(tx, deps.places, tenantId, keyOf(rotation));
    const failed = sum(left);
    if (failed > unopened) return false;
    const where = left
      .filter(({ count }) => count > 0)
      .map(({ place, count }) => `${place.table}.${place.field}: ${count}`);
    const error =
      failed === 0
        ? null
        : `Some values do not open and were left under their old key, which is kept (${where.join(', ')}). The log names them.`;
    await markFinished(tx, rotation, { failed, error });
    await deps.audit(
      tx,
      { tenantId, traceId: traceIdOf(rotation.trace_id), actor: systemActor },
      {
        action: failed === 0 ? 'vault.key_rotated' : 'vault.rotation_failed',
        subject: publicId('tenant', tenantId),
        details: { sealedAnew: rotation.done, failed },
      },
    );
    return true;
  });
}

const sum = (counts: readonly { count: number }[]) => counts.reduce((total, { count }) => total + count, 0);

function keyOf(rotation: RotationRow): string {
  if (rotation.key_id === null) throw new Error('The rotation has not begun');
  return rotation.key_id;
}
