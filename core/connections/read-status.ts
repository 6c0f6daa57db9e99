import type { IntegrationStatus, readIntegrationStatus } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import type { Clock, Handler } from '../kernel/index.ts';
import type { HintFeed } from './ports.ts';
import { showConnection, showIntegration } from './show.ts';
import { listConnectionRows, listIntegrationRows } from './store.ts';

const lifeMs = 5 * 60_000;
const mostTenants = 1_000;
const mostIntegrations = 200;
const mostConnections = 1_000;

interface Kept {
  status: Promise<IntegrationStatus>;
  until: number;
}

/**
 * The state of a tenant's integrations, kept for five minutes in this process or until a hint of any process says that
 * one has changed. What is kept is the reading itself: one that a change overtakes is dropped before it ends, and
 * cannot come back. Without a feed of hints nothing is kept.
 */
export function readStatusHandler(deps: {
  db: Database;
  clock: Clock;
  heard?: HintFeed | undefined;
}): Handler<typeof readIntegrationStatus> {
  const { db, clock, heard } = deps;
  const kept = new Map<string, Kept>();
  heard?.subscribe((kind, tenantId) => {
    if (kind === 'resync' || tenantId === undefined) kept.clear();
    else if (kind === 'connection' || kind === 'integration') kept.delete(tenantId);
  });

  async function read(tenantId: string): Promise<IntegrationStatus> {
    const asOf = clock.now().toISOString();
    const [integrations, connections] = await db.tenant(tenantId, async (tx) => [
      await listIntegrationRows(tx, tenantId, { limit: mostIntegrations }),
      await listConnectionRows(tx, tenantId, { limit: mostConnections }),
    ]);
    const shown = connections.slice(0, mostConnections).map(showConnection);
    return {
      asOf,
      complete: integrations.length <= mostIntegrations && connections.length <= mostConnections,
      data: integrations.slice(0, mostIntegrations).map((row) => {
        const { id: integrationId, provider, name, environment } = showIntegration(row);
        const own = shown.filter((one) => one.integrationId === integrationId);
        return {
          integrationId,
          provider,
          name,
          environment,
          connections: own.map(({ id, accountId, accountName, status, reason, expiresAt, lastUsedAt }) => ({
            id,
            accountId,
            accountName,
            status,
            reason,
            expiresAt,
            lastUsedAt,
          })),
        };
      }),
    };
  }

  return ({ tenantId }) => {
    if (heard === undefined) return read(tenantId);
    const found = kept.get(tenantId);
    if (found !== undefined && found.until > clock.now().getTime()) return found.status;
    const next: Kept = { status: read(tenantId), until: clock.now().getTime() + lifeMs };
    kept.delete(tenantId);
    const [oldest] = kept.keys();
    if (kept.size >= mostTenants && oldest !== undefined) kept.delete(oldest);
    kept.set(tenantId, next);
    // A reading that failed is nobody else's answer.
    next.status.catch(() => {
      if (kept.get(tenantId) === next) kept.delete(tenantId);
    });
    return next.status;
  };
}
