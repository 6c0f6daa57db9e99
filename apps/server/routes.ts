import * as contract from '@mortise/contract';
import type { auditRoutes } from '@mortise/core/audit';
import type { connectionRoutes, connectRoutes, Proxy } from '@mortise/core/connections';
import type { consentRoutes, purposeRoutes } from '@mortise/core/consent';
import type { deliveryRoutes } from '@mortise/core/delivery';
import type { eventRoutes, Publishing } from '@mortise/core/events';
import type { Ingest } from '@mortise/core/ingest';
import { MortiseError } from '@mortise/core/kernel';
import type { metricsRoutes } from '@mortise/core/metrics';
import type { createSync } from '@mortise/core/sync';
import type { invitationRoutes, setupRoutes, tenantRoutes } from '@mortise/core/tenants';
import type { vaultRoutes } from '@mortise/core/vault';
import { creating, on, type Line } from './http/table.ts';
import type { traceRoutes } from './trace.ts';

export interface Rooms {
  audit: ReturnType<typeof auditRoutes>;
  tenants: ReturnType<typeof tenantRoutes>;
  setup: ReturnType<typeof setupRoutes>;
  invitations: ReturnType<typeof invitationRoutes>;
  connections: ReturnType<typeof connectionRoutes>;
  connect: ReturnType<typeof connectRoutes>;
  proxy: Pick<Proxy, 'calls'>;
  sync: Pick<ReturnType<typeof createSync>, 'syncs' | 'runs' | 'records'>;
  events: ReturnType<typeof eventRoutes> & Publishing['routes'];
  delivery: ReturnType<typeof deliveryRoutes>;
  ingest: Ingest['routes'];
  consent: ReturnType<typeof consentRoutes> & { purposes: ReturnType<typeof purposeRoutes> };
  vault: ReturnType<typeof vaultRoutes>;
  metrics: ReturnType<typeof metricsRoutes>;
  trace: ReturnType<typeof traceRoutes>;
  health: {
    version: string;
    settings: () => contract.Setting[];
    /** Rejects when the database does not answer. */
    database: () => Promise<void>;
    /** Whether the process may still do work. */
    accepting: () => boolean;
  };
}

/** The whole HTTP surface, a line a route: what it takes and gives (contract), who may call it, who answers. */
export function surface(rooms: Rooms): Line[] {
  const {
    audit,
    tenants,
    setup,
    invitations,
    connections,
    connect,
    sync,
    events,
    delivery,
    ingest,
    consent,
    vault,
    metrics,
    trace,
  } = rooms;
  return [
    on(contract.readLive, 'public', async () => ({
      status: 'live' as const,
      version: rooms.health.version,
      uptimeSeconds: process.uptime(),
    })),
    on(contract.readReady, 'public', () => ready(rooms)),
    on(contract.listSettings, 'credential', async () => ({
      version: rooms.health.version,
      data: rooms.health.settings(),
    })),

    on(contract.readSetup, 'public', setup.read),
    on(contract.completeSetup, 'link', setup.complete),
    on(contract.readMe, 'credential', tenants.me),
    creating(contract.createTenant, 'operator', tenants.create),
    on(contract.listTenants, 'operator', tenants.list),
    on(contract.readTenant, 'viewer', tenants.read),
    on(contract.updateTenant, 'admin', tenants.change),
    on(contract.listMembers, 'viewer', tenants.members),
    on(contract.updateMember, 'admin', tenants.changeRole),
    on(contract.removeMember, 'admin', tenants.remove),
    creating(contract.createInvitation, 'admin', invitations.create),
    on(contract.listInvitations, 'admin', invitations.list),
    on(contract.withdrawInvitation, 'admin', invitations.remove),
    on(contract.lookUpInvitation, 'link', invitations.lookUp),
    on(contract.acceptInvitation, 'link', invitations.accept),
    on(contract.listAudit, 'admin', audit.list),

    on(contract.listProviders, 'viewer', connections.providers),
    creating(contract.createIntegration, 'developer', connections.create),
    on(contract.listIntegrations, 'viewer', connections.list),
    on(contract.readIntegration, 'viewer', connections.read),
    on(contract.updateIntegration, 'developer', connections.update),
    on(contract.deleteIntegration, 'developer', connections.remove),
    on(contract.readIntegrationStatus, 'viewer', connect.status),
    on(contract.testIntegration, 'developer', connect.test),
    on(contract.validateIntegration, 'developer', connect.validate),
    on(contract.refreshAccount, 'developer', connect.account.refresh),
    on(contract.disconnectAccount, 'developer', connect.account.disconnect),
    on(contract.startConnect, 'developer', connect.start),
    on(contract.openConnect, 'link', connect.open),
    on(contract.finishConnect, 'link', connect.finish),
    on(contract.connectWithFields, 'developer', connect.withFields),
    on(contract.listConnections, 'viewer', connections.connections),
    on(contract.readConnection, 'viewer', connections.connection),
    on(contract.updateConnection, 'developer', connections.settings),
    on(contract.testConnection, 'developer', connections.test),
    // The proxy itself stands in http/proxy.ts, for developers too.
    on(contract.listConnectionCalls, 'developer', rooms.proxy.calls),
    on(contract.disconnect, 'developer', connections.disconnect),

    creating(contract.createSync, 'developer', sync.syncs.create),
    on(contract.listSyncs, 'viewer', sync.syncs.list),
    on(contract.readSync, 'viewer', sync.syncs.read),
    on(contract.updateSync, 'developer', sync.syncs.update),
    on(contract.deleteSync, 'developer', sync.syncs.remove),
    creating(contract.startRun, 'developer', sync.syncs.start),
    on(contract.listRuns, 'viewer', sync.runs.list),
    on(contract.readRun, 'viewer', sync.runs.read),
    on(contract.cancelRun, 'developer', sync.runs.cancel),
    on(contract.listRecords, 'viewer', sync.records.list),
    on(contract.listChanges, 'viewer', sync.records.changes),
    on(contract.readRecord, 'viewer', sync.records.read),

    // Creates too, whose commit is shared by many requests: they keep their own account of what is a repeat.
    on(contract.publishEvent, 'developer', events.publish),
    on(contract.publishEvents, 'developer', events.publishMany),
    on(contract.listEvents, 'viewer', events.list),
    on(contract.readEvent, 'viewer', events.read),
    creating(contract.eraseEvents, 'admin', events.erase),
    on(contract.readErasure, 'admin', events.erasure),
    on(contract.listEventTypes, 'viewer', events.types.list),
    creating(contract.createEventType, 'developer', events.types.create),
    on(contract.readEventType, 'viewer', events.types.read),
    on(contract.updateEventType, 'developer', events.types.update),
    on(contract.deleteEventType, 'developer', events.types.remove),
    // The same for all tenants at once.
    creating(contract.createSharedEventType, 'operator', events.types.shared.create),
    on(contract.updateSharedEventType, 'operator', events.types.shared.update),
    on(contract.deleteSharedEventType, 'operator', events.types.shared.remove),

    creating(contract.createWebhook, 'developer', delivery.create),
    on(contract.listWebhooks, 'viewer', delivery.list),
    on(contract.readWebhook, 'viewer', delivery.read),
    on(contract.updateWebhook, 'developer', delivery.update),
    on(contract.deleteWebhook, 'developer', delivery.remove),
    on(contract.rotateWebhookSecret, 'developer', delivery.rotateSecret),
    on(contract.listSigningKeys, 'viewer', delivery.signingKeys),
    on(contract.tryWebhook, 'developer', delivery.tryOut),
    on(contract.readWebhookStatistics, 'viewer', delivery.statistics),
    on(contract.testWebhook, 'developer', delivery.test),
    on(contract.listDeliveries, 'viewer', delivery.deliveries),
    on(contract.readDelivery, 'viewer', delivery.readDelivery),
    on(contract.retryDelivery, 'developer', delivery.retry),
    on(contract.retryDeliveries, 'developer', delivery.retryMany),
    on(contract.readUndelivered, 'viewer', delivery.undelivered),
    creating(contract.createReplay, 'developer', delivery.replays.create),
    on(contract.listReplays, 'viewer', delivery.replays.list),
    on(contract.readReplay, 'viewer', delivery.replays.read),
    on(contract.cancelReplay, 'developer', delivery.replays.cancel),

    // The URLs that others post to stand in http/receive.ts.
    creating(contract.createSource, 'developer', ingest.create),
    on(contract.listSources, 'viewer', ingest.list),
    on(contract.readSource, 'viewer', ingest.read),
    on(contract.updateSource, 'developer', ingest.update),
    on(contract.deleteSource, 'developer', ingest.remove),
    creating(contract.rotateSourceSecret, 'developer', ingest.rotateSecret),
    creating(contract.rotateSourceToken, 'developer', ingest.rotateToken),
    on(contract.subscribeSandbox, 'developer', ingest.subscribe),
    on(contract.sourceStatistics, 'viewer', ingest.statistics),
    on(contract.listProcessors, 'viewer', ingest.processors),
    on(contract.listReceipts, 'viewer', ingest.receipts.list),
    on(contract.readReceipt, 'viewer', ingest.receipts.read),
    on(contract.listUnkeptReceipts, 'viewer', ingest.receipts.unkept),
    on(contract.replayReceipt, 'developer', ingest.receipts.replay),
    creating(contract.startReceiptReplay, 'developer', ingest.replays.start),
    on(contract.listReceiptReplays, 'viewer', ingest.replays.list),
    on(contract.readReceiptReplay, 'viewer', ingest.replays.read),
    on(contract.cancelReceiptReplay, 'developer', ingest.replays.cancel),

    creating(contract.createPurpose, 'admin', consent.purposes.create),
    on(contract.listPurposes, 'viewer', consent.purposes.list),
    on(contract.readPurpose, 'viewer', consent.purposes.read),
    on(contract.updatePurpose, 'admin', consent.purposes.update),
    creating(contract.publishConsentText, 'admin', consent.purposes.publish),
    creating(contract.createConsent, 'developer', consent.create),
    on(contract.listConsents, 'viewer', consent.list),
    on(contract.readConsent, 'viewer', consent.read),
    on(contract.withdrawConsent, 'developer', consent.withdraw),
    on(contract.tellWithdrawal, 'developer', consent.tellAgain),
    on(contract.checkConsent, 'viewer', consent.check),
    on(contract.listLedger, 'developer', consent.ledger),
    on(contract.exportLedger, 'admin', consent.export),

    on(contract.readTenantKey, 'admin', vault.readKey),
    on(contract.listRotations, 'admin', vault.list),
    creating(contract.startRotation, 'owner', vault.start),
    on(contract.readMasterRotation, 'operator', vault.readMaster),
    creating(contract.startMasterRotation, 'operator', vault.startMaster),

    on(contract.readOverview, 'viewer', metrics.overview),
    on(contract.readTrace, 'viewer', trace.read),
  ];
}

const readyTimeoutMs = 2_000;

/** A database that is cut off without a word keeps its question waiting; who asks whether we are ready must not wait too. */
function rejectAfter(ms: number): Promise<never> {
  return new Promise(
    (_, reject) => void setTimeout(() => reject(new Error('No answer in time')), ms).unref(),
  );
}

async function ready(rooms: Rooms) {
  const database = await Promise.race([rooms.health.database(), rejectAfter(readyTimeoutMs)]).then(
    () => ({ ok: true, detail: 'The database answers; its schema and master key were checked at start' }),
    () => ({ ok: false, detail: 'The database does not answer' }),
  );
  const process = rooms.health.accepting()
    ? { ok: true, detail: 'The heartbeat of this process is current' }
    : { ok: false, detail: 'The heartbeat of this process is late; others may have taken over its work' };
  if (!database.ok || !process.ok) {
    const detail = [database, process].filter((check) => !check.ok).map((check) => check.detail);
    throw new MortiseError('not_ready', { detail: `${detail.join('. ')}.`, retryAfterSeconds: 2 });
  }
  return { status: 'ready' as const, checks: { database, process } };
}
