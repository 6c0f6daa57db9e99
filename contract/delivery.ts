import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Webhooks';

/** A subscription: one event type, a family (`contact.*`) or everything (`*`). */
export const subscription = z
  .string()
  .max(120)
  .regex(
    /^(\*|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.\*)?)$/,
    'must be a type, a family such as contact.*, or *',
  );

export const webhook = z
  .object({
    id: idSchema('webhook'),
    name: z.string(),
    url: z.url(),
    events: z.array(z.string()),
    status: z.enum(['active', 'paused', 'disabled']),
    reason: z.string().nullable().meta({ description: 'Why it is disabled' }),
    createdAt: moment,
    updatedAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhook>;

const webhookSettings = z.object({
  name: z.string().trim().min(1).max(120),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  events: z.array(subscription).min(1).max(100),
  status: z.enum(['active', 'paused']),
});

export const deliveryStatus = z.enum(['pending', 'retrying', 'delivered', 'failed', 'held']);

export const attempt = z
  .object({
    number: z.int(),
    outcome: z.enum(['delivered', 'failed']),
    statusCode: z.int().nullable(),
    error: z.string().nullable().meta({ description: 'What went wrong, in words' }),
    requestHeaders: z.record(z.string(), z.string()),
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

export const createWebhook = defineRoute({
  name: 'createWebhook',
  method: 'POST',
  path: '/api/webhooks',
  tag,
  summary: 'Subscribe an endpoint to event types. The signing secret is in this answer and nowhere else',
  body: webhookSettings.extend({ status: webhookSettings.shape.status.default('active') }),
  response: webhook.extend({ secret: z.string().meta({ description: 'whsec_…, Standard Webhooks' }) }),
  status: 201,
});

export const listWebhooks = defineRoute({
  name: 'listWebhooks',
  method: 'GET',
  path: '/api/webhooks',
  tag,
  summary: "List the tenant's webhooks",
  query: pageQuery,
  response: pageOf(webhook),
});

export const readWebhook = defineRoute({
  name: 'readWebhook',
  method: 'GET',
  path: '/api/webhooks/:id',
  tag,
  summary: 'One webhook',
  params: z.object({ id: idSchema('webhook') }),
  response: webhook,
});

export const updateWebhook = defineRoute({
  name: 'updateWebhook',
  method: 'PATCH',
  path: '/api/webhooks/:id',
  tag,
  summary: 'Change a webhook. Setting status to active also enables a disabled one',
  params: z.object({ id: idSchema('webhook') }),
  body: webhookSettings.partial(),
  response: webhook,
});

export const deleteWebhook = defineRoute({
  name: 'deleteWebhook',
  method: 'DELETE',
  path: '/api/webhooks/:id',
  tag,
  summary: 'Delete a webhook; what waits for it is dropped',
  params: z.object({ id: idSchema('webhook') }),
});

export const rotateWebhookSecret = defineRoute({
  name: 'rotateWebhookSecret',
  method: 'POST',
  path: '/api/webhooks/:id/rotate-secret',
  tag,
  summary: 'Make a new signing secret; the one before it signs too for 24 hours',
  params: z.object({ id: idSchema('webhook') }),
  response: z.object({ secret: z.string(), previousValidUntil: moment }),
});

export const testWebhook = defineRoute({
  name: 'testWebhook',
  method: 'POST',
  path: '/api/webhooks/:id/test',
  tag,
  summary: 'Send a real webhook.tested event to this webhook alone',
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
  response: delivery.extend({ body: z.string(), log: z.array(attempt) }),
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
