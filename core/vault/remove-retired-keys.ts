import { newId, publicId, systemActor, traceIdOf } from '../kernel/index.ts';
import type { RotationDeps } from './deps.ts';
import { listRemovable, removeKey } from './key-store.ts';
import { findNaming } from './sealed-places.ts';

const pageSize = 200;

/**
 * Removes retired keys that no value names any more, an hour and more after the rotation. What a value still names,
 * because it would not open or because nobody stated its place, is kept and logged.
 *
 * @returns how many keys were removed
 */
export async function removeRetiredKeys(
  deps: Pick<RotationDeps, 'db' | 'audit' | 'logger'>,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  let keys: { tenant_id: string; id: string }[] = [];
  do {
    const after = keys.at(-1)?.id ?? null;
    keys = await deps.db.engine((tx) => listRemovable(tx, pageSize, after));
    for (const { tenant_id: tenantId, id } of keys) {
      signal.throwIfAborted();
      const isRemoved = await deps.db.engine(async (tx) => {
        const named = await findNaming(tx, tenantId, id);
        if (named !== undefined) {
          deps.logger.warn(
            { tenantId, keyId: id, where: named },
            'A retired key is still named and was kept',
          );
          return false;
        }
        if (!(await removeKey(tx, tenantId, id))) return false;
        await deps.audit(
          tx,
          { tenantId, traceId: traceIdOf(newId()), actor: systemActor },
          { action: 'vault.key_removed', subject: publicId('tenant', tenantId) },
        );
        return true;
      });
      if (isRemoved) removed++;
    }
  } while (keys.length === pageSize);
  return removed;
}
