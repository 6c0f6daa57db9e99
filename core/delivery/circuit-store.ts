import type { Tx } from '@mortise/platform/database';
import type { Circuit } from './judge-circuit.ts';

export interface CircuitChange {
  tenantId: string;
  webhookId: string;
  circuit: Circuit;
}

/** Stores circuits where no later account of them is there already. Webhooks are locked in one order. */
export async function saveCircuits(tx: Tx, changes: readonly CircuitChange[]): Promise<void> {
  // A webhook's latest of several: they would meet in one statement, of which one alone takes effect.
  const latest = new Map<string, CircuitChange>();
  for (const change of changes) {
    const other = latest.get(change.webhookId);
    if (other === undefined || other.circuit.transitions < change.circuit.transitions)
      latest.set(change.webhookId, change);
  }
  const rows = [...latest.values()];
  await tx.query(
    `with given as (
       select * from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as g (tenant_id, id, circuit)),
     locked as (
       select w.tenant_id, w.id from webhooks w join given using (tenant_id, id) order by 1, 2 for update of w)
     update webhooks w set circuit = g.circuit
       from given g join locked using (tenant_id, id)
      where w.tenant_id = g.tenant_id and w.id = g.id
        and coalesce((w.circuit->>'transitions')::int, 0) < (g.circuit->>'transitions')::int`,
    [
      rows.map((row) => row.tenantId),
      rows.map((row) => row.webhookId),
      rows.map((row) => JSON.stringify(row.circuit)),
    ],
    'delivery.circuits',
  );
}

/**
 * Stores what follows on a webhook's circuit, where that still stands and nobody has the webhook locked: of several who
 * try one succeeds. It waits for nobody, since who claims has rows of the queue already, and webhooks come first.
 *
 * @returns whether it was this one
 */
export async function advanceCircuit(
  tx: Tx,
  { tenantId, webhookId, circuit }: CircuitChange,
): Promise<boolean> {
  const rows = await tx.query(
    `with free as (
       select tenant_id, id from webhooks
        where tenant_id = $1 and id = $2 and (circuit->>'transitions')::int = $4 for no key update skip locked)
     update webhooks w set circuit = $3 from free where w.tenant_id = free.tenant_id and w.id = free.id returning w.id`,
    [tenantId, webhookId, JSON.stringify(circuit), circuit.transitions - 1],
  );
  return rows.length === 1;
}
