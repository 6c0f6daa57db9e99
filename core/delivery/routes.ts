import type {
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  readDelivery,
  readWebhook,
  retryDelivery,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';
import { EgressError, type Egress } from '@mortise/platform/egress';
import type { RunningProcess } from '@mortise/platform/processes';
import { record } from '../audit/index.ts';
import type { Events } from '../events/index.ts';
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
  type Clock,
  type Creation,
  type Handler,
  type Hints,
  type RequestContext,
} from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { buildBody } from './build-body.ts';
import type { Delivery } from './create-delivery.ts';
import {
  findDelivery,
  listDeliveryIds,
  queueAgain,
  readAttemptRows,
  readDeliveryRows,
  readEventOf,
  showAttempt,
  showDelivery,
} from './delivery-store.ts';
import { badUrl, notSending, versionMismatch } from './errors.ts';
import { testEventType } from './match-subscription.ts';
import { createSigningSecrets, makeSecret, overlapMs } from './signing-secrets.ts';
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

export interface DeliveryRoutesOptions {
  db: Database;
  vault: Vault;
  egress: Egress;
  events: Events;
  hints: Hints;
  process: RunningProcess;
  delivery: Delivery;
  clock?: Clock;
}

/** The handlers of the contract's delivery routes. */
export function deliveryRoutes(options: DeliveryRoutesOptions) {
  const { db, egress, events, hints, delivery, clock = systemClock } = options;
  const secrets = createSigningSecrets(options.vault);

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

  async function present(tx: Tx, tenantId: string, id: string) {
    const [row] = await readDeliveryRows(tx, tenantId, [id]);
    if (row === undefined) throw notFound();
    return row;
  }

  const create: Creation<typeof createWebhook> = async (context, { body }, tx) => {
    const { tenantId } = context;
    checkUrl(body.url);
    const row = await insertWebhook(tx, tenantId, { ...body, id: newId() });
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
      });
      if (before.status === 'active' && after.status !== 'active') await holdWaiting(tx, tenantId, id);
      if (before.status !== 'active' && after.status === 'active')
        await releaseHeld(tx, tenantId, id, clock.now());
      await record(tx, context, {
        action: 'webhook.updated',
        subject: params.id,
        details: { changed: body },
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

  const test: Handler<typeof testWebhook> = async (context, { params }) => {
    const { tenantId, traceId } = context;
    const webhookId = bareId('webhook', params.id);
    return db.tenant(tenantId, async (tx) => {
      const webhook = await readWebhookRow(tx, tenantId, webhookId);
      if (webhook === undefined) throw notFound();
      const data = { webhookId: params.id, name: webhook.name, testedBy: context.actor.name };
      const [event] = await events.append(tx, { tenantId, traceId }, [
        { type: testEventType, subject: params.id, data },
      ]);
      const id = event && (await findDelivery(tx, tenantId, event.id, webhookId));
      if (id === undefined) throw notFound();
      await record(tx, context, { action: 'webhook.tested', subject: params.id });
      return showDelivery(await present(tx, tenantId, id));
    });
  };

  const deliveries: Handler<typeof listDeliveries> = async ({ tenantId }, { query }) => {
    const rows = await db.tenant(tenantId, async (tx) => {
      const ids = await listDeliveryIds(tx, tenantId, {
        before: query.cursor === undefined ? undefined : idCursor(query.cursor),
        webhookId: query.webhookId === undefined ? undefined : bareId('webhook', query.webhookId),
        eventId: query.eventId === undefined ? undefined : bareId('event', query.eventId),
        status: query.status,
        limit: query.limit,
      });
      return readDeliveryRows(tx, tenantId, ids);
    });
    return toPage(rows, query.limit, (row) => [row.id], showDelivery);
  };

  const readOne: Handler<typeof readDelivery> = async ({ tenantId }, { params }) => {
    const id = bareId('delivery', params.id);
    return db.tenant(tenantId, async (tx) => {
      const row = await present(tx, tenantId, id);
      const event = await readEventOf(tx, tenantId, row.event_id);
      const body =
        event === undefined
          ? ''
          : buildBody({ ...event, id: publicId('event', row.event_id), occurredAt: event.occurred_at });
      const log = await readAttemptRows(tx, tenantId, [id]);
      return { ...showDelivery(row), body, log: log.map(showAttempt) };
    });
  };

  const retry: Handler<typeof retryDelivery> = async (context: RequestContext, { params }) => {
    const { tenantId } = context;
    const id = bareId('delivery', params.id);
    return db.tenant(tenantId, async (tx) => {
      const row = await present(tx, tenantId, id);
      const webhook = await readWebhookRow(tx, tenantId, row.webhook_id);
      if (webhook?.status !== 'active') throw notSending(webhook?.status ?? 'deleted');
      await queueAgain(tx, tenantId, id, clock.now());
      await record(tx, context, { action: 'delivery.retried', subject: params.id });
      tx.afterCommit(() => {
        delivery.wake();
        hints.publish(tenantId, {
          kind: 'delivery',
          id: params.id,
          webhookId: publicId('webhook', row.webhook_id),
        });
      });
      return showDelivery(await present(tx, tenantId, id));
    });
  };

  return { create, list, read, update, remove, rotateSecret, test, deliveries, readDelivery: readOne, retry };
}
