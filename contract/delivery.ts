import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';
import { subscription } from './webhooks.ts';

const tag = 'Webhooks';

/** `skipped` has ended undelivered, on purpose: see the last attempt's error. It is no failure. */
export const deliveryStatus = z.enum(['pending', 'retrying', 'delivered', 'failed', 'skipped', 'held']);

export const attempt = z
  .object({
    number: z.int(),
    outcome: z.enum(['delivered', 'failed', 'skipped']),
    statusCode: z.int().nullable(),
    error: z.string().nullable().meta({ description: 'What went wrong, or why it was skipped, in words' }),
    requestHeaders: z
      .record(z.string(), z.string())
      .meta({ description: 'Without secrets; empty where nothing was sent, and past the retention' }),
    requestBody: z
      .string()
      .nullable()
      .meta({ description: "What was sent where a transform made it; null: the event's own body" }),
    responseHeaders: z.record(z.string(), z.string()).nullable(),
    responseBody: z.string().nullable().meta({ description: 'The first 4 KiB' }),
    durationMs: z.number(),
    startedAt: moment,
    nextAttemptAt: moment.nullable(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof attempt>;

export const delivery = z
  .object({
    id: idSchema('delivery'),
    eventId: idSchema('event'),
    eventType: z.string(),
    webhookId: idSchema('webhook'),
    webhookName: z.string(),
    url: z.string(),
    status: deliveryStatus,
    attempts: z.int(),
    lastStatusCode: z.int().nullable(),
    lastError: z.string().nullable(),
    nextAttemptAt: moment.nullable(),
    traceId,
    createdAt: moment,
    deliveredAt: moment.nullable(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof delivery>;

export const testWebhook = defineRoute({
  name: 'testWebhook',
  method: 'POST',
  path: '/api/webhooks/:id/test',
  tag,
  summary:
    'Send a real webhook.tested event to this webhook alone, past its filter and its consent, through all else',
  params: z.object({ id: idSchema('webhook') }),
  response: delivery,
  status: 202,
});

export const listDeliveries = defineRoute({
  name: 'listDeliveries',
  method: 'GET',
  path: '/api/deliveries',
  tag,
  summary: 'List deliveries, newest first',
  query: pageQuery.extend({
    webhookId: idSchema('webhook').optional(),
    eventId: idSchema('event').optional(),
    status: deliveryStatus.optional(),
    eventType: subscription.optional().meta({ description: 'A type, or a family such as contact.*' }),
    statusCode: z.coerce
      .number()
      .int()
      .min(100)
      .max(599)
      .optional()
      .meta({ description: 'What the newest attempt was answered' }),
    from: moment.optional().meta({ description: 'Accepted at or after it' }),
    to: moment.optional().meta({ description: 'Accepted before it' }),
  }),
  response: pageOf(delivery),
});

export const readDelivery = defineRoute({
  name: 'readDelivery',
  method: 'GET',
  path: '/api/deliveries/:id',
  tag,
  summary: 'One delivery with its attempts and the body that is sent',
  params: z.object({ id: idSchema('delivery') }),
  response: delivery.extend({
    body: z
      .string()
      .meta({ description: "That of the last attempt where a transform made it, else the event's own" }),
    log: z.array(attempt),
  }),
});

export const retryDelivery = defineRoute({
  name: 'retryDelivery',
  method: 'POST',
  path: '/api/deliveries/:id/retry',
  tag,
  summary: 'Send it again now, whatever became of it so far',
  params: z.object({ id: idSchema('delivery') }),
  response: delivery,
  status: 202,
});
