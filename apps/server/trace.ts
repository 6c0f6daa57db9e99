import type { readTrace } from '@mortise/contract';
import { readAuditOfTrace } from '@mortise/core/audit';
import { readDeliveriesOfTrace } from '@mortise/core/delivery';
import { readEventsOfTrace } from '@mortise/core/events';
import { notFound, type Handler } from '@mortise/core/kernel';
import { readRunsOfTrace } from '@mortise/core/sync';
import type { Database } from '@mortise/platform/database';

/** What one request led to. It stands here and not in a room, because it reads from rooms that may not know each other. */
export function traceRoutes(deps: { db: Database }) {
  const read: Handler<typeof readTrace> = ({ tenantId }, { params, query }) =>
    deps.db.tenant(tenantId, async (tx) => {
      const filter = { subject: query.subject, limit: query.limit };
      const requests = await readAuditOfTrace(tx, tenantId, params.traceId, query.limit);
      const runs = await readRunsOfTrace(tx, tenantId, params.traceId, query.limit);
      const events = await readEventsOfTrace(tx, tenantId, params.traceId, filter);
      const deliveries = await readDeliveriesOfTrace(tx, tenantId, params.traceId, filter);
      const startedAt = [
        ...requests.map((entry) => entry.at),
        ...runs.map((run) => run.requestedAt),
        ...events.first.map((event) => event.occurredAt),
      ].toSorted()[0];
      if (startedAt === undefined) throw notFound();
      return { traceId: params.traceId, startedAt, requests, runs, events, deliveries };
    });
  return { read };
}
