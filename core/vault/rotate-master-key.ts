import { systemActor, traceIdOf } from '../kernel/index.ts';
import { batchSizeOf, type RotationDeps, type RotationPayload } from './deps.ts';
import { VaultError } from './errors.ts';
import { lockKeysUnderOthers, retireMasterKeys, swapWraps, type TenantKey } from './key-store.ts';
import {
  addDone,
  lockOpenRotation,
  markFinished,
  markRunning,
  setTotal,
  type RotationRow,
} from './rotation-store.ts';
import { countByMasterKey } from './store.ts';

/**
 * Wraps every tenant's keys under the current master key, in batches; nothing that they have sealed is touched, and
 * sealing goes on meanwhile. May stop at any line and be run again, by several at once too.
 *
 * @throws VaultError VAULT_UNKNOWN_KEY in a process that was not given the master key it goes to: another one may
 *   have it. Else whatever the database does, and the signal's reason between two batches
 */
export async function rotateMasterKey(
  deps: RotationDeps,
  payload: RotationPayload,
  signal: AbortSignal,
): Promise<void> {
  if (!(await begin(deps, payload))) return;
  for (;;) {
    // First past what others hold, then waiting for each of those, alone.
    await walk(deps, payload, { wait: false, signal });
    const unopened = await walk(deps, payload, { wait: true, signal });
    if (await finish(deps, payload, unopened)) return;
  }
}

/** @returns whether there is something to do: not when it is over */
function begin(deps: RotationDeps, payload: RotationPayload): Promise<boolean> {
  return deps.db.engine(async (tx) => {
    const rotation = await lockOpenRotation(tx, payload, 'begin');
    if (rotation === undefined) return false;
    const target = targetOf(rotation);
    const ids = deps.keyring.masters.map((master) => master.id);
    if (!ids.includes(target)) {
      throw new VaultError(
        'VAULT_UNKNOWN_KEY',
        `The master key ${target}, to which a rotation goes, was not given to this process`,
      );
    }
    if (rotation.state === 'running') return true;
    // Only what was given as a previous key: what this process does not know may be the current one elsewhere.
    await retireMasterKeys(
      tx,
      target,
      ids.filter((id) => id !== target),
    );
    await markRunning(tx, rotation, null);
    // A statement of its own after that lock, and so it sees what was wrapped until then.
    await setTotal(tx, rotation, sumOthers(await countByMasterKey(tx), target));
    return true;
  });
}

/** One way through the keys of all tenants. @returns how many would not open */
async function walk(
  deps: RotationDeps,
  payload: RotationPayload,
  { wait, signal }: { wait: boolean; signal: AbortSignal },
): Promise<number> {
  const limit = wait ? 1 : batchSizeOf(deps);
  let unopened = 0;
  let after: TenantKey | undefined;
  do {
    signal.throwIfAborted();
    after = await deps.db.engine(async (tx) => {
      const rotation = await lockOpenRotation(tx, payload, 'work');
      if (rotation === undefined) return undefined;
      const keys = await lockKeysUnderOthers(tx, targetOf(rotation), { after, limit, wait });
      const done = await swapWraps(
        tx,
        keys.flatMap((old) => rewrap(deps, rotation, old)),
      );
      await addDone(tx, rotation, done);
      unopened += keys.length - done;
      return keys.at(-1);
    });
  } while (after !== undefined);
  return unopened;
}

/** What does not open is left as it is, and the end of the rotation tells of it. */
function rewrap(deps: RotationDeps, rotation: RotationRow, old: TenantKey) {
  try {
    return [{ old, next: deps.keyring.rewrap(old.tenant_id, old, targetOf(rotation)) }];
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    deps.logger.error(
      { err: error, tenantId: old.tenant_id },
      'A tenant key was left under its old master key',
    );
    return [];
  }
}

/** Ends the rotation, unless more is left than what would not open. @returns whether it is over */
function finish(deps: RotationDeps, payload: RotationPayload, unopened: number): Promise<boolean> {
  return deps.db.engine(async (tx) => {
    const rotation = await lockOpenRotation(tx, payload, 'end');
    if (rotation === undefined) return true;
    const target = targetOf(rotation);
    const failed = sumOthers(await countByMasterKey(tx), target);
    if (failed > unopened) return false;
    const error =
      failed === 0
        ? null
        : `${failed} tenant keys do not open and were left under an earlier master key: give it in MORTISE_MASTER_KEY_PREVIOUS and rotate again. Do not drop it. The log names them.`;
    await markFinished(tx, rotation, { failed, error });
    await deps.audit(
      tx,
      { tenantId: payload.tenantId, traceId: traceIdOf(rotation.trace_id), actor: systemActor },
      {
        action: failed === 0 ? 'vault.master_key_rotated' : 'vault.rotation_failed',
        details: { masterKeyId: target, wrappedAnew: rotation.done, failed },
      },
    );
    const fields = { masterKeyId: target, done: rotation.done, failed };
    if (error === null) {
      tx.afterCommit(() =>
        deps.logger.info(fields, 'The master key was rotated: MORTISE_MASTER_KEY_PREVIOUS may be dropped'),
      );
    } else tx.afterCommit(() => deps.logger.error(fields, error));
    return true;
  });
}

function targetOf(rotation: RotationRow): string {
  if (rotation.master_key_id === null) throw new Error('The rotation is not one of the master key');
  return rotation.master_key_id;
}

/** How many tenant keys are wrapped under another master key than the given one. */
export function sumOthers(counts: ReadonlyMap<string, number>, masterKeyId: string): number {
  return [...counts].reduce((total, [id, count]) => total + (id === masterKeyId ? 0 : count), 0);
}
