import type {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  readWebhook,
  rotateWebhookSecret,
  updateWebhook,
} from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { EgressError } from '@mortise/platform/egress';
import { record } from '../audit/index.ts';
import {
  bareId,
  etag,
  idCursor,
  ifMatch,
  newId,
  notFound,
  publicId,
  Reply,
  systemClock,
  toPage,
  type Creation,
  type Handler,
} from '../kernel/index.ts';
import { badUrl, versionMismatch } from './errors.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { createSigningSecrets, makeSecret, overlapMs } from './signing-secrets.ts';
import { authPlace } from './target.ts';
import {
  expireSecrets,
  holdWaiting,
  insertSecret,
  insertWebhook,
  listWebhookRows,
  lockWebhook,
  readWebhookRow,
  releaseHeld,
  removeWebhook,
  showWebhook,
  updateWebhookRow,
} from './webhook-store.ts';

/** The handlers that make, show, change and remove webhooks. */
export function webhookRoutes(options: DeliveryRoutesOptions) {
  const { db, vault, egress, hints, delivery, clock = systemClock } = options;
  const secrets = createSigningSecrets(vault);

  function checkUrl(url: string): void {
    try {
      egress.checkUrl(url);
    } catch (error) {
      if (error instanceof EgressError) throw badUrl(error);
      throw error;
    }
  }

  async function addSecret(tx: Tx, tenantId: string, webhookId: string): Promise<string> {
    const [id, secret] = [newId(), makeSecret()];
    await insertSecret(tx, tenantId, { id, webhookId, sealed: await secrets.seal(tx, tenantId, id, secret) });
    return secret;
  }

  function changed(tx: Tx, tenantId: string, webhookId: string): void {
    tx.afterCommit(() => {
      delivery.webhookChanged(webhookId);
      delivery.wake();
      hints.publish(tenantId, { kind: 'webhook', id: publicId('webhook', webhookId) });
    });
  }

  const create: Creation<typeof createWebhook> = async (context, { body }, tx) => {
    const { tenantId } = context;
    checkUrl(body.url);
    const id = newId();
    const { authSecret, settings = {} } = body;
    const sealed =
      authSecret === undefined ? null : await vault.seal(tx, authPlace(tenantId, id), authSecret);
    const row = await insertWebhook(tx, tenantId, { ...body, id, settings, authSecret: sealed });
    const secret = await addSecret(tx, tenantId, row.id);
    await record(tx, context, {
      action: 'webhook.created',
      subject: publicId('webhook', row.id),
      details: { name: row.name, url: row.url, events: row.events, status: row.status },
    });
    changed(tx, tenantId, row.id);
    return new Reply({ ...showWebhook(row), secret }, etag(row.version));
  };

  const list: Handler<typeof listWebhooks> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const rows = await db.tenant(tenantId, (tx) =>
      listWebhookRows(tx, tenantId, { before, limit: query.limit }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showWebhook);
  };

  const read: Handler<typeof readWebhook> = async ({ tenantId }, { params }) => {
    const row = await db.tenant(tenantId, (tx) => readWebhookRow(tx, tenantId, bareId('webhook', params.id)));
    if (row === undefined) throw notFound();
    return new Reply(showWebhook(row), etag(row.version));
  };

  const update: Handler<typeof updateWebhook> = async (context, { params, body }) => {
    const { tenantId } = context;
    const id = bareId('webhook', params.id);
    const version = ifMatch(context);
    const { authSecret, ...shown } = body;
    if (body.url !== undefined) checkUrl(body.url);
    const row = await db.tenant(tenantId, async (tx) => {
      const before = await lockWebhook(tx, tenantId, id);
      if (before === undefined) throw notFound();
      if (version !== undefined && version !== before.version) throw versionMismatch();
      const after = await updateWebhookRow(tx, tenantId, id, {
        name: body.name ?? before.name,
        url: body.url ?? before.url,
        events: body.events ?? before.events,
        status: body.status ?? before.status,
        reason: body.status === undefined ? before.reason : null,
        settings: { ...before.settings, ...body.settings },
        closesCircuit:
          (before.status !== 'active' && body.status === 'active') ||
          (body.url !== undefined && body.url !== before.url),
        authSecret:
          authSecret === undefined ? undefined : await vault.seal(tx, authPlace(tenantId, id), authSecret),
      });
      if (before.status === 'active' && after.status !== 'active') await holdWaiting(tx, tenantId, id);
      if (before.status !== 'active' && after.status === 'active')
        await releaseHeld(tx, tenantId, id, clock.now());
      await record(tx, context, {
        action: 'webhook.updated',
        subject: params.id,
        details: { changed: authSecret === undefined ? shown : { ...shown, authSecret: '[changed]' } },
      });
      changed(tx, tenantId, id);
      return after;
    });
    return new Reply(showWebhook(row), etag(row.version));
  };

  const remove: Handler<typeof deleteWebhook> = async (context, { params }) => {
    const { tenantId } = context;
    const id = bareId('webhook', params.id);
    const version = ifMatch(context);
    await db.tenant(tenantId, async (tx) => {
      const before = await lockWebhook(tx, tenantId, id);
      if (before === undefined) throw notFound();
      if (version !== undefined && version !== before.version) throw versionMismatch();
      const about = { why: 'The webhook was deleted.', processId: options.process.id, now: clock.now() };
      await removeWebhook(tx, tenantId, id, about);
      await record(tx, context, {
        action: 'webhook.deleted',
        subject: params.id,
        details: { name: before.name, url: before.url },
      });
      changed(tx, tenantId, id);
    });
    return undefined;
  };

  const rotateSecret: Handler<typeof rotateWebhookSecret> = async (context, { params }) => {
    const { tenantId } = context;
    const id = bareId('webhook', params.id);
    const now = clock.now();
    const until = new Date(now.getTime() + overlapMs);
    return db.tenant(tenantId, async (tx) => {
      if ((await lockWebhook(tx, tenantId, id)) === undefined) throw notFound();
      await expireSecrets(tx, tenantId, id, until, now);
      const secret = await addSecret(tx, tenantId, id);
      const previousValidUntil = until.toISOString();
      await record(tx, context, {
        action: 'webhook.secret_rotated',
        subject: params.id,
        details: { previousValidUntil },
      });
      changed(tx, tenantId, id);
      return { secret, previousValidUntil };
    });
  };

  return { create, list, read, update, remove, rotateSecret };
}
