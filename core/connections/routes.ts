import type {
  createIntegration,
  deleteIntegration,
  disconnect,
  listConnections,
  listIntegrations,
  listProviders,
  readConnection,
  readIntegration,
  testConnection,
  updateConnection,
  updateIntegration,
} from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import { resolveHosts } from '@mortise/providers/kit';
import { record } from '../audit/index.ts';
import type { Events } from '../events/index.ts';
import {
  bareId,
  etag,
  idCursor,
  ifMatch,
  MortiseError,
  newId,
  notFound,
  publicId,
  Reply,
  toPage,
  type Clock,
  type Creation,
  type Handler,
  type Hints,
} from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { ProviderCallError, type ProviderCaller } from './caller.ts';
import { disconnectConnection } from './disconnect.ts';
import { faultOf, faultWords, type Fault } from './fault.ts';
import { unknownResources } from './features.ts';
import { clientSecretPlace } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { showConnection, showIntegration, showProvider } from './show.ts';
import {
  deleteIntegrationRow,
  insertIntegration,
  listConnectionRows,
  listIntegrationRows,
  lockIntegration,
  readConnectionRow,
  readIntegrationRow,
  updateConnectionRow,
  updateIntegrationRow,
  type IntegrationValues,
} from './store.ts';

export function connectionRoutes(deps: {
  db: Database;
  vault: Vault;
  events: Events;
  egress: Egress;
  hints: Hints;
  clock: Clock;
  registry: ProviderRegistry;
  caller: ProviderCaller;
}) {
  const { db, vault, registry, hints } = deps;

  /** @throws MortiseError unprocessable for what the provider does not have, or no call may go to */
  function checkSettings(
    providerId: string,
    { hosts, features }: Pick<IntegrationValues, 'hosts' | 'features'>,
  ): void {
    const provider = registry.find(providerId);
    if (provider === undefined) {
      const known = registry.all.map(({ id }) => id).join(', ');
      throw new MortiseError('unprocessable', {
        detail: `There is no provider ${providerId} here. Known: ${known}.`,
      });
    }
    const [unknown] = unknownResources(provider, features);
    if (unknown !== undefined) {
      throw new MortiseError('unprocessable', {
        detail: `There is no resource ${unknown}. ${provider.name} has: ${Object.keys(provider.resources).join(', ')}.`,
      });
    }
    try {
      resolveHosts(provider.hosts, hosts);
      for (const url of Object.values(hosts ?? {})) deps.egress.checkUrl(url);
    } catch (error) {
      throw new MortiseError('unprocessable', {
        detail: `A base URL cannot be used: ${error instanceof Error ? error.message : String(error)}`,
        cause: error,
      });
    }
  }

  async function sealed(tx: Tx, tenantId: string, id: string, secret: string | null | undefined) {
    return typeof secret === 'string' ? vault.seal(tx, clientSecretPlace(tenantId, id), secret) : secret;
  }

  const providers: Handler<typeof listProviders> = async () => ({
    data: registry.all.map((provider) => showProvider(provider, registry.sandbox(provider.id) !== undefined)),
  });

  const create: Creation<typeof createIntegration> = async (context, { body }, tx) => {
    checkSettings(body.provider, body);
    const id = newId();
    const name = body.name ?? registry.find(body.provider)?.name ?? body.provider;
    const clientSecret = await sealed(tx, context.tenantId, id, body.clientSecret);
    await insertIntegration(tx, context.tenantId, { ...body, id, name, clientSecret });
    const row = await readIntegrationRow(tx, context.tenantId, id);
    if (row === undefined) throw new Error('The integration that was just written is not there');
    const subject = publicId('integration', id);
    const details = { provider: body.provider, name, environment: body.environment };
    await record(tx, context, { action: 'integration.created', subject, details });
    tx.afterCommit(() => hints.publish(context.tenantId, { kind: 'integration', id: subject }));
    return new Reply(showIntegration(row), etag(row.version));
  };

  const list: Handler<typeof listIntegrations> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const filter = { before, provider: query.provider, limit: query.limit };
    const rows = await db.tenant(tenantId, (tx) => listIntegrationRows(tx, tenantId, filter));
    return toPage(rows, query.limit, (row) => [row.id], showIntegration);
  };

  const read: Handler<typeof readIntegration> = async ({ tenantId }, { params }) => {
    const row = await db.tenant(tenantId, (tx) =>
      readIntegrationRow(tx, tenantId, bareId('integration', params.id)),
    );
    if (row === undefined) throw notFound();
    return new Reply(showIntegration(row), etag(row.version));
  };

  const update: Handler<typeof updateIntegration> = (context, { params, body }) =>
    db.tenant(context.tenantId, async (tx) => {
      const id = bareId('integration', params.id);
      await lockIntegration(tx, context.tenantId, id);
      const before = await readIntegrationRow(tx, context.tenantId, id);
      if (before === undefined) throw notFound();
      const version = ifMatch(context);
      if (version !== undefined && version !== before.version) {
        throw new MortiseError('version_mismatch', { detail: 'Read the integration again, then change it.' });
      }
      checkSettings(before.provider, body);
      const values: IntegrationValues = {
        ...body,
        clientSecret: await sealed(tx, context.tenantId, id, body.clientSecret),
      };
      await updateIntegrationRow(tx, context.tenantId, id, values);
      const row = await readIntegrationRow(tx, context.tenantId, id);
      if (row === undefined) throw notFound();
      const { timeoutMs, retries, features } = body;
      const details = { changed: Object.keys(body), timeoutMs, retries, features };
      await record(tx, context, { action: 'integration.updated', subject: params.id, details });
      tx.afterCommit(() => hints.publish(context.tenantId, { kind: 'integration', id: params.id }));
      return new Reply(showIntegration(row), etag(row.version));
    });

  const remove: Handler<typeof deleteIntegration> = (context, { params }) =>
    db.tenant(context.tenantId, async (tx) => {
      const id = bareId('integration', params.id);
      await lockIntegration(tx, context.tenantId, id);
      const row = await readIntegrationRow(tx, context.tenantId, id);
      if (row === undefined) throw notFound();
      if (row.connection_count > 0) {
        throw new MortiseError('conflict', { detail: 'Disconnect its accounts first.' });
      }
      await deleteIntegrationRow(tx, context.tenantId, id);
      const details = { provider: row.provider, name: row.name };
      await record(tx, context, { action: 'integration.deleted', subject: params.id, details });
      tx.afterCommit(() => hints.publish(context.tenantId, { kind: 'integration', id: params.id }));
      return undefined;
    });

  const connections: Handler<typeof listConnections> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const integrationId =
      query.integrationId === undefined ? undefined : bareId('integration', query.integrationId);
    const filter = { before, integrationId, status: query.status, limit: query.limit };
    const rows = await db.tenant(tenantId, (tx) => listConnectionRows(tx, tenantId, filter));
    return toPage(rows, query.limit, (row) => [row.id], showConnection);
  };

  const connection: Handler<typeof readConnection> = async ({ tenantId }, { params }) => {
    const row = await db.tenant(tenantId, (tx) =>
      readConnectionRow(tx, tenantId, bareId('connection', params.id)),
    );
    if (row === undefined) throw notFound();
    return new Reply(showConnection(row), etag(row.version));
  };

  const settings: Handler<typeof updateConnection> = (context, { params, body }) =>
    db.tenant(context.tenantId, async (tx) => {
      const id = bareId('connection', params.id);
      if ((await readConnectionRow(tx, context.tenantId, id)) === undefined) throw notFound();
      const over = ifMatch(context);
      if (!(await updateConnectionRow(tx, context.tenantId, id, { ...body, over }))) {
        throw new MortiseError('version_mismatch', { detail: 'Read the connection again, then change it.' });
      }
      const row = await readConnectionRow(tx, context.tenantId, id);
      if (row === undefined) throw notFound();
      const details = { changed: Object.keys(body) };
      await record(tx, context, { action: 'connection.updated', subject: params.id, details });
      tx.afterCommit(() => hints.publish(context.tenantId, { kind: 'connection', id: params.id }));
      return new Reply(showConnection(row), etag(row.version));
    });

  const test: Handler<typeof testConnection> = async ({ tenantId }, { params }) => {
    const id = bareId('connection', params.id);
    const open = await deps.caller.open(tenantId, id);
    const startedAt = performance.now();
    const answer = (fault: Fault | undefined) => ({
      ok: fault === undefined,
      message: fault === undefined ? `${open.provider.name} answered` : faultWords(fault, open.provider.name),
      fault: fault?.fault ?? null,
      retryAfterSeconds: fault?.retryAfterSeconds ?? null,
      durationMs: performance.now() - startedAt,
    });
    try {
      await open.call(open.provider.test);
      return answer(undefined);
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error;
      return answer(faultOf(error, 'call'));
    }
  };

  const end: Handler<typeof disconnect> = async (context, { params, query }) => {
    await disconnectConnection(deps, context, bareId('connection', params.id), query.records);
    return undefined;
  };

  return {
    providers,
    create,
    list,
    read,
    update,
    remove,
    connections,
    connection,
    settings,
    test,
    disconnect: end,
  };
}
