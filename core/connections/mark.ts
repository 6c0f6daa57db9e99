import type { Database } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import type { Events } from '../events/index.ts';
import { publicId, systemActor, type Hints } from '../kernel/index.ts';
import { setConnectionStatus } from './store.ts';

/**
 * Records that the provider no longer takes a connection's credential. State, event and audit entry commit together;
 * a second finding of the same says nothing new.
 *
 * @param reason in words that a person who connected the account understands
 */
export async function markNeedsReconnect(
  deps: { db: Database; events: Events; hints: Hints },
  target: { tenantId: string; connectionId: string; traceId: string },
  reason: string,
): Promise<void> {
  const { tenantId, connectionId, traceId } = target;
  const subject = publicId('connection', connectionId);
  await deps.db.tenant(tenantId, async (tx) => {
    if (!(await setConnectionStatus(tx, tenantId, connectionId, 'needs_reconnect', reason))) return;
    await deps.events.append(tx, { tenantId, traceId }, [
      { type: 'connection.needs_reconnect', subject, data: { connectionId: subject, reason } },
    ]);
    await record(
      tx,
      { tenantId, traceId, actor: systemActor },
      { action: 'connection.needs_reconnect', subject, details: { reason } },
    );
    tx.afterCommit(() => deps.hints.publish(tenantId, { kind: 'connection', id: subject }));
  });
}
