import type { Database, Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import type { Events } from '../events/index.ts';
import { publicId, systemActor, type Hints } from '../kernel/index.ts';
import { retireCredential, retireWithdrawn } from './credential-store.ts';
import { holdConnection, setConnectionStatus } from './store.ts';

/**
 * Records that the provider no longer takes a connection's credential. State, event and audit entry commit together;
 * a second finding of the same says nothing new, and a finding about a credential that has been replaced meanwhile says
 * nothing at all: somebody who has just connected the account anew must not be told to do it again.
 *
 * @param target.version of the credential that was refused
 * @param reason in words that a person who connected the account understands
 * @returns false when the credential refused is not the one in force
 */
export async function markNeedsReconnect(
  deps: { db: Database; events: Events; hints: Hints },
  target: { tenantId: string; connectionId: string; traceId: string; version: number },
  reason: string,
): Promise<boolean> {
  const { tenantId, connectionId, version } = target;
  return deps.db.tenant(tenantId, async (tx) => {
    await holdConnection(tx, tenantId, connectionId);
    if (!(await retireCredential(tx, tenantId, connectionId, version))) return false;
    await sayNeedsReconnect(tx, deps, target, reason);
    return true;
  });
}

/**
 * Records that the provider has told of an account's withdrawal, in the caller's transaction. An account that was
 * connected anew after it has given a new permission, of which the withdrawal says nothing.
 *
 * @param target.at when the account withdrew, by the provider's clock
 * @returns whether the connection is now waiting to be made anew, and was not before
 */
export async function markWithdrawn(
  tx: Tx,
  deps: { events: Events; hints: Hints },
  target: { tenantId: string; connectionId: string; traceId: string; at: Date },
  reason: string,
): Promise<boolean> {
  const { tenantId, connectionId, at } = target;
  await holdConnection(tx, tenantId, connectionId);
  if (!(await retireWithdrawn(tx, tenantId, connectionId, new Date(at.getTime() + clockTellsMs))))
    return false;
  return sayNeedsReconnect(tx, deps, target, reason);
}

/** Providers tell times in whole seconds, rounded down. */
const clockTellsMs = 1_000;

async function sayNeedsReconnect(
  tx: Tx,
  deps: { events: Events; hints: Hints },
  target: { tenantId: string; connectionId: string; traceId: string },
  reason: string,
): Promise<boolean> {
  const { tenantId, connectionId, traceId } = target;
  const subject = publicId('connection', connectionId);
  if (!(await setConnectionStatus(tx, tenantId, connectionId, 'needs_reconnect', reason))) return false;
  await deps.events.append(tx, { tenantId, traceId }, [
    { type: 'connection.needs_reconnect', subject, data: { connectionId: subject, reason } },
  ]);
  await record(
    tx,
    { tenantId, traceId, actor: systemActor },
    { action: 'connection.needs_reconnect', subject, details: { reason } },
  );
  tx.afterCommit(() => deps.hints.publish(tenantId, { kind: 'connection', id: subject }));
  return true;
}
