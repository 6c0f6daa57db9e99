import type { ProxyCall } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { newId, publicId, storableText, traceIdOf, type Actor } from '../kernel/index.ts';

/** What came of one call, for the log. */
export interface ProxyOutcome {
  method: string;
  /** As `loggedPath` gives it. */
  path: string;
  status: number | null;
  error: string | null;
  attempts: number;
  durationMs: number;
  requestBytes: number;
  responseBytes: number;
}

interface Row {
  id: string;
  connection_id: string;
  method: string;
  path: string;
  status: number | null;
  error: string | null;
  attempts: number;
  duration_ms: number;
  request_bytes: number;
  response_bytes: number;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  trace_id: string;
  created_at: Date;
}

export async function insertProxyCall(
  tx: Tx,
  who: { tenantId: string; connectionId: string; traceId: string; actor: Actor },
  outcome: ProxyOutcome,
): Promise<void> {
  await tx.query(
    `insert into proxy_calls (tenant_id, id, connection_id, method, path, status, error, attempts, duration_ms,
       request_bytes, response_bytes, actor_kind, actor_id, actor_name, trace_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      who.tenantId,
      newId(),
      who.connectionId,
      outcome.method,
      outcome.path,
      outcome.status,
      outcome.error,
      outcome.attempts,
      outcome.durationMs,
      outcome.requestBytes,
      outcome.responseBytes,
      who.actor.kind,
      who.actor.id,
      storableText(who.actor.name),
      who.traceId,
    ],
    'connections.proxy-log',
  );
}

/** Calls of one connection, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listProxyCalls(
  tx: Tx,
  tenantId: string,
  filter: { connectionId: string; before?: string | undefined; limit: number },
): Promise<Row[]> {
  let query = tx.db
    .selectFrom('proxy_calls')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', filter.connectionId);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  return query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

export function showProxyCall(row: Row): ProxyCall {
  return {
    id: publicId('proxyCall', row.id),
    connectionId: publicId('connection', row.connection_id),
    method: row.method,
    path: row.path,
    status: row.status,
    error: row.error,
    attempts: row.attempts,
    durationMs: row.duration_ms,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
    actor: { kind: row.actor_kind as Actor['kind'], id: row.actor_id, name: row.actor_name },
    traceId: traceIdOf(row.trace_id),
    at: row.created_at.toISOString(),
  };
}
