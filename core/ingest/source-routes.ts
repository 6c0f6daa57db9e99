import type {
  createSource,
  deleteSource,
  listProcessors,
  listSources,
  readSource,
  rotateSourceSecret,
  rotateSourceToken,
  Source,
  sourceStatistics,
  subscribeSandbox,
  updateSource,
} from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import { readWebhookTarget, type WebhookTarget } from '../connections/index.ts';
import {
  bareId,
  etag,
  idCursor,
  ifMatch,
  MortiseError,
  newId,
  notFound,
  Reply,
  toPage,
  type Creation,
  type Handler,
  type RequestContext,
} from '../kernel/index.ts';
import { readCounters } from '../metrics/index.ts';
import { checkSecret, checkSettings } from './check-settings.ts';
import { usualDedupe, usualSettings, type IngestDeps } from './deps.ts';
import { addSecret, makeSource } from './make-source.ts';
import { release } from './queue-store.ts';
import { showSources } from './show-source.ts';
import { firstHour, showStatistics, sourceCounters } from './show-statistics.ts';
import { makeToken, openToken, sealToken, tokenHash } from './source-keys.ts';
import { makeSecret, takesSecret } from './source-secret.ts';
import {
  deleteSourceRow,
  expireSecrets,
  isConnectionOf,
  listSourceRows,
  lockSource,
  readSourceRow,
  updateSourceRow,
  updateToken,
  type SourceRow,
  type SourceValues,
} from './source-store.ts';

/** How long the secrets before a new one verify too. */
const overlapMs = 24 * 3_600_000;

/** @param changed drops what this process keeps of a tenant's sources, and wakes what works receipts off */
export function sourceRoutes(deps: IngestDeps, changed: (tenantId: string) => void) {
  const { db, vault, hints, clock } = deps;

  async function present(tx: Tx, context: RequestContext, id: string): Promise<Source> {
    const row = await readSourceRow(tx, context.tenantId, id);
    const [shown] = row === undefined ? [] : await showSources(tx, deps, context, [row]);
    if (shown === undefined) throw notFound();
    return shown;
  }

  function say(tx: Tx, tenantId: string, id: string): void {
    tx.afterCommit(() => {
      changed(tenantId);
      hints.publish(tenantId, { kind: 'source', id });
    });
  }

  async function lockMatching(tx: Tx, context: RequestContext, id: string): Promise<SourceRow> {
    const row = await lockSource(tx, context.tenantId, bareId('source', id));
    if (row === undefined) throw notFound();
    const version = ifMatch(context);
    if (version !== undefined && version !== row.version) {
      throw new MortiseError('version_mismatch', {
        detail: 'Read the source again and repeat the change on what it is now.',
      });
    }
    return row;
  }

  /** @throws MortiseError unprocessable when the integration's provider posts nothing */
  async function targetOf(tx: Tx, tenantId: string, integrationId: string): Promise<WebhookTarget> {
    const target = await readWebhookTarget(tx, deps, tenantId, integrationId);
    if (target === undefined)
      throw new MortiseError('not_found', { detail: 'There is no such integration.' });
    if (target.provider.webhooks === undefined)
      throw new MortiseError('unprocessable', { detail: `${target.provider.name} posts no webhooks.` });
    if (!target.takesWebhooks) {
      throw new MortiseError('feature_off', {
        detail:
          'Taking in webhooks is switched off in the settings of this integration. Switch it on there first.',
      });
    }
    return target;
  }

  const create: Creation<typeof createSource> = async (context, { body }, tx) => {
    const { tenantId } = context;
    const integrationId = body.integrationId === undefined ? null : bareId('integration', body.integrationId);
    const target = integrationId === null ? undefined : await targetOf(tx, tenantId, integrationId);
    const scheme =
      body.scheme ??
      (target === undefined
        ? { type: 'standard' as const, toleranceSeconds: 300 }
        : { type: 'provider' as const });
    const name = body.name ?? target?.name;
    if (name === undefined) {
      const message = 'Give it a name.';
      throw new MortiseError('unprocessable', { detail: message, issues: [{ path: 'name', message }] });
    }
    const values: SourceValues = {
      ...usualSettings,
      name,
      scheme,
      status: body.status,
      allow: body.allow,
      max_bytes: body.maxBytes,
      per_minute: body.perMinute,
      dedupe: { ...(body.dedupe ?? usualDedupe(scheme)), hours: body.dedupeHours },
      event_type: body.eventType ?? null,
      forward: body.forward,
      processor: body.processor,
      keep_days: body.keepDays,
    };
    checkSettings(deps, values, integrationId !== null);
    const secret = secretFor(scheme, target, body.secret);
    const id = newId();
    const { hours, ...dedupe } = values.dedupe;
    const made = await makeSource(tx, deps, context, {
      ...values,
      id,
      integrationId,
      dedupe,
      dedupeHours: hours,
    });
    if (!made)
      throw new MortiseError('already_exists', { detail: 'This integration has its source already.' });
    if (secret !== null)
      await addSecret(tx, deps, tenantId, { sourceId: id, connectionId: null, text: secret });
    tx.afterCommit(() => changed(tenantId));
    const shown = await present(tx, context, id);
    return new Reply({ ...shown, secret }, etag(shown.version));
  };

  /** The secret of a new source: what was given, or a new one; null where none is its own. */
  function secretFor(
    scheme: Source['scheme'],
    target: WebhookTarget | undefined,
    given: string | undefined,
  ): string | null {
    if (target?.provider.webhooks?.secret === 'oauth_client') {
      if (given === undefined) return null;
      throw new MortiseError('unprocessable', {
        detail: `${target.provider.name} signs with the secret of the integration’s OAuth client.`,
      });
    }
    checkSecret(scheme, given);
    return given ?? (takesSecret(scheme) ? makeSecret(scheme) : null);
  }

  const list: Handler<typeof listSources> = async (context, { query }) => {
    const { tenantId } = context;
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const integrationId =
      query.integrationId === undefined ? undefined : bareId('integration', query.integrationId);
    return db.tenant(tenantId, async (tx) => {
      const rows = await listSourceRows(tx, tenantId, { before, integrationId, limit: query.limit });
      const page = toPage(
        rows,
        query.limit,
        (row) => [row.id],
        (row) => row,
      );
      return { data: await showSources(tx, deps, context, page.data), nextCursor: page.nextCursor };
    });
  };

  const read: Handler<typeof readSource> = async (context, { params }) => {
    const shown = await db.tenant(context.tenantId, (tx) =>
      present(tx, context, bareId('source', params.id)),
    );
    return new Reply(shown, etag(shown.version));
  };

  const update: Handler<typeof updateSource> = (context, { params, body }) =>
    db.tenant(context.tenantId, async (tx) => {
      const { tenantId } = context;
      const before = await lockMatching(tx, context, params.id);
      const values: SourceValues = {
        name: body.name ?? before.name,
        status: body.status ?? before.status,
        scheme: body.scheme ?? before.scheme,
        allow: body.allow ?? before.allow,
        max_bytes: body.maxBytes ?? before.max_bytes,
        per_minute: body.perMinute ?? before.per_minute,
        dedupe: {
          ...(body.dedupe ?? before.dedupe),
          hours: body.dedupeHours ?? before.dedupe.hours,
        },
        event_type: body.eventType === undefined ? before.event_type : body.eventType,
        forward: body.forward ?? before.forward,
        processor: body.processor === undefined ? before.processor : body.processor,
        keep_days: body.keepDays ?? before.keep_days,
      };
      checkSettings(deps, values, before.integration_id !== null);
      await updateSourceRow(tx, tenantId, before.id, values);
      if (before.status === 'paused' && values.status === 'active') await release(tx, tenantId, before.id);
      await record(tx, context, { action: 'source.updated', subject: params.id, details: { changed: body } });
      say(tx, tenantId, params.id);
      const shown = await present(tx, context, before.id);
      return new Reply(shown, etag(shown.version));
    });

  const remove: Handler<typeof deleteSource> = (context, { params }) =>
    db.tenant(context.tenantId, async (tx) => {
      const before = await lockMatching(tx, context, params.id);
      await deleteSourceRow(tx, context.tenantId, before.id);
      const details = { name: before.name };
      await record(tx, context, { action: 'source.deleted', subject: params.id, details });
      say(tx, context.tenantId, params.id);
      return undefined;
    });

  const rotateSecret: Creation<typeof rotateSourceSecret> = async (context, { params, body }, tx) => {
    const { tenantId } = context;
    const source = await lockMatching(tx, context, params.id);
    const { integration_id: integrationId, scheme } = source;
    const target = integrationId === null ? undefined : await targetOf(tx, tenantId, integrationId);
    const connectionId = body.connectionId === undefined ? null : bareId('connection', body.connectionId);
    if (
      connectionId !== null &&
      (integrationId === null || !(await isConnectionOf(tx, tenantId, connectionId, integrationId)))
    ) {
      throw new MortiseError('not_found', { detail: 'The integration has no such connection.' });
    }
    const text = secretFor(scheme, target, body.secret);
    if (text === null)
      throw new MortiseError('unprocessable', { detail: 'This source has no secret of its own.' });
    const now = clock.now();
    const until = new Date(now.getTime() + overlapMs);
    await expireSecrets(tx, tenantId, { sourceId: source.id, connectionId }, until, now);
    await addSecret(tx, deps, tenantId, { sourceId: source.id, connectionId, text });
    const previousValidUntil = until.toISOString();
    await record(tx, context, {
      action: 'source.secret_rotated',
      subject: params.id,
      details: { previousValidUntil },
    });
    say(tx, tenantId, params.id);
    return { secret: body.secret === undefined ? text : null, previousValidUntil };
  };

  const rotateToken: Creation<typeof rotateSourceToken> = async (context, { params }, tx) => {
    const { tenantId } = context;
    const { id } = await lockMatching(tx, context, params.id);
    const token = makeToken();
    const sealed = await sealToken(tx, vault, tenantId, id, token);
    await updateToken(tx, tenantId, id, { hash: tokenHash(token), sealed });
    await record(tx, context, { action: 'source.url_rotated', subject: params.id });
    say(tx, tenantId, params.id);
    const shown = await present(tx, context, id);
    return new Reply(shown, etag(shown.version));
  };

  const subscribe: Handler<typeof subscribeSandbox> = async (context, { params }) => {
    const { tenantId } = context;
    const found = await db.tenant(tenantId, async (tx) => {
      const row = await readSourceRow(tx, tenantId, bareId('source', params.id));
      if (row === undefined) throw notFound();
      const target =
        row.integration_id === null ? undefined : await targetOf(tx, tenantId, row.integration_id);
      const shown = await present(tx, context, row.id);
      const token = await openToken(tx, vault, tenantId, row.id, row.token_sealed);
      return { target, shown, token };
    });
    const { target, shown, token } = found;
    if (target?.environment !== 'sandbox' || deps.subscribeSandbox === undefined || shown.url === null) {
      throw new MortiseError('unprocessable', {
        detail: 'Only the source of an integration in a running sandbox can be subscribed from here.',
      });
    }
    const url = new URL(shown.url);
    const { secretParam } = target.provider.webhooks ?? {};
    // The secret stands in the address where the provider has no other place for it; at an emulator it is the sandbox's.
    if (secretParam !== undefined) url.searchParams.set(secretParam, target.sandboxSecrets[0] ?? token);
    await deps.subscribeSandbox(target.provider.id, url.href);
    await db.tenant(tenantId, (tx) =>
      record(tx, context, { action: 'source.sandbox_subscribed', subject: params.id }),
    );
    return { url: shown.url };
  };

  const statistics: Handler<typeof sourceStatistics> = async ({ tenantId }, { params, query }) => {
    const id = bareId('source', params.id);
    const first = firstHour(clock.now(), query.hours);
    const rows = await db.tenant(tenantId, async (tx) => {
      if ((await readSourceRow(tx, tenantId, id)) === undefined) throw notFound();
      return readCounters(tx, tenantId, sourceCounters(id), first);
    });
    return showStatistics(id, rows, first, query.hours);
  };

  const processors: Handler<typeof listProcessors> = async () => ({
    data: Object.entries(deps.processors).map(([name, { description }]) => ({ name, description })),
  });

  return {
    create,
    list,
    read,
    update,
    remove,
    rotateSecret,
    rotateToken,
    subscribe,
    statistics,
    processors,
  };
}
