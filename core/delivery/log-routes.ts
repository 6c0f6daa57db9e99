import type {
  listDeliveries,
  readDelivery,
  readUndelivered,
  readWebhookStatistics,
  retryDeliveries,
  retryDelivery,
  testWebhook,
} from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import {
  bareId,
  idCursor,
  notFound,
  publicId,
  systemClock,
  toPage,
  type Handler,
  type RequestContext,
} from '../kernel/index.ts';
import { bodyObject, buildBody } from './build-body.ts';
import { consentKeyOf } from './consent-gate.ts';
import {
  findDelivery,
  listDeliveryIds,
  readAttemptRows,
  readDeliveryRows,
  readEventOf,
  showAttempt,
  showDelivery,
} from './delivery-store.ts';
import { notSending } from './errors.ts';
import { testEventType } from './match-subscription.ts';
import { queueAgain, readQueueable } from './queue-store.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { showStatistics } from './show-statistics.ts';
import { showUndelivered } from './show-undelivered.ts';
import { readHours } from './statistics-store.ts';
import { mostCounted, readUndeliveredRows } from './undelivered-store.ts';
import { readWebhookRow, settingsOf } from './webhook-store.ts';

/** The handlers over the log of deliveries, and those that send one. */
export function logRoutes(options: DeliveryRoutesOptions) {
  const { db, events, hints, delivery, clock = systemClock } = options;

  async function present(tx: Tx, tenantId: string, id: string) {
    const [row] = await readDeliveryRows(tx, tenantId, [id]);
    if (row === undefined) throw notFound();
    return row;
  }

  /** Queues what may be sent again, each with the consent it needs. */
  async function sendAgain(tx: Tx, tenantId: string, ids: readonly string[]) {
    const rows = await readQueueable(tx, tenantId, ids);
    const asked = rows.map((row) => {
      const content = { ...row, id: publicId('event', row.event_id), occurredAt: row.occurred_at };
      const consentKey = consentKeyOf(settingsOf(row), bodyObject(content));
      return { id: row.id, webhookId: row.webhook_id, consentKey };
    });
    return queueAgain(tx, tenantId, asked, clock.now());
  }

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
        eventType: query.eventType,
        statusCode: query.statusCode,
        from: query.from === undefined ? undefined : new Date(query.from),
        to: query.to === undefined ? undefined : new Date(query.to),
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
      const log = (await readAttemptRows(tx, tenantId, [id])).map(showAttempt);
      return { ...showDelivery(row), body: log.at(-1)?.requestBody ?? body, log };
    });
  };

  const retry: Handler<typeof retryDelivery> = async (context: RequestContext, { params }) => {
    const { tenantId } = context;
    const id = bareId('delivery', params.id);
    return db.tenant(tenantId, async (tx) => {
      const row = await present(tx, tenantId, id);
      const webhook = await readWebhookRow(tx, tenantId, row.webhook_id);
      if (webhook?.status !== 'active') throw notSending(webhook?.status ?? 'deleted');
      await sendAgain(tx, tenantId, [id]);
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

  const retryMany: Handler<typeof retryDeliveries> = async (context, { body }) => {
    const { tenantId } = context;
    const ids = [...new Set(body.ids.map((id) => bareId('delivery', id)))];
    return db.tenant(tenantId, async (tx) => {
      const queued = await sendAgain(tx, tenantId, ids);
      if (queued.length > 0) {
        await record(tx, context, {
          action: 'deliveries.retried',
          details: { deliveries: queued.map(({ id }) => publicId('delivery', id)) },
        });
      }
      tx.afterCommit(() => {
        delivery.wake();
        for (const { id, webhook_id: webhookId } of queued) {
          hints.publish(tenantId, {
            kind: 'delivery',
            id: publicId('delivery', id),
            webhookId: publicId('webhook', webhookId),
          });
        }
      });
      return { queued: queued.length, skipped: ids.length - queued.length };
    });
  };

  const undelivered: Handler<typeof readUndelivered> = async ({ tenantId }, { query }) => {
    const webhookId = query.webhookId === undefined ? undefined : bareId('webhook', query.webhookId);
    const rows = await db.tenant(tenantId, (tx) => readUndeliveredRows(tx, tenantId, webhookId));
    return {
      data: rows.map(showUndelivered),
      isComplete: rows.every(({ count }) => count < mostCounted),
    };
  };

  const statistics: Handler<typeof readWebhookStatistics> = async ({ tenantId }, { params, query }) => {
    const id = bareId('webhook', params.id);
    const rows = await db.tenant(tenantId, (tx) => readHours(tx, tenantId, id, clock.now(), query.hours));
    if (rows.length === 0) throw notFound();
    return showStatistics(rows);
  };

  return { test, statistics, deliveries, readDelivery: readOne, retry, retryMany, undelivered };
}
