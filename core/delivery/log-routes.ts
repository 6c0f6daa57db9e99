import type { listDeliveries, readDelivery, retryDelivery, testWebhook } from '@mortise/contract';
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
import { queueAgain } from './queue-store.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { readWebhookRow, settingsOf } from './webhook-store.ts';

/** The handlers over the log of deliveries, and those that send one. */
export function logRoutes(options: DeliveryRoutesOptions) {
  const { db, events, hints, delivery, clock = systemClock } = options;

  async function present(tx: Tx, tenantId: string, id: string) {
    const [row] = await readDeliveryRows(tx, tenantId, [id]);
    if (row === undefined) throw notFound();
    return row;
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
      const event = await readEventOf(tx, tenantId, row.event_id);
      const content = event && {
        ...event,
        id: publicId('event', row.event_id),
        occurredAt: event.occurred_at,
      };
      const key = content === undefined ? null : consentKeyOf(settingsOf(webhook), bodyObject(content));
      await queueAgain(tx, tenantId, id, key, clock.now());
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

  return { test, deliveries, readDelivery: readOne, retry };
}
