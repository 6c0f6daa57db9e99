import { z } from 'zod';
import { eventTypeName } from './events.ts';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';
import { webhookAuthSecret, webhookSettings, webhookSettingsChange } from './webhook-settings.ts';

const tag = 'Webhooks';

/** A subscription: one event type, a family (`contact.*`) or everything (`*`). */
export const subscription = z
  .string()
  .max(120)
  .regex(
    /^(\*|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.\*)?)$/,
    'must be a type, a family such as contact.*, or *',
  );

/** Whether a webhook is sent to at all while its endpoint fails. */
const webhookCircuit = z
  .object({
    state: z.enum(['closed', 'open', 'half_open']).meta({
      description:
        'closed: it is sent to; open: its endpoint failed too often and nothing is sent until a while has passed; half_open: one delivery is on its way to find out',
    }),
    since: moment.nullable().meta({ description: 'null: it never was open' }),
    until: moment.nullable().meta({ description: 'When the next delivery that is due may try again' }),
    reason: z.string().nullable().meta({ description: 'What failed, in words' }),
  })
  .meta({ id: 'WebhookCircuit' });

export const webhook = z
  .object({
    id: idSchema('webhook'),
    name: z.string(),
    url: z.url(),
    events: z.array(z.string()),
    status: z.enum(['active', 'paused', 'disabled']),
    reason: z.string().nullable().meta({ description: 'Why it is disabled' }),
    circuit: webhookCircuit,
    settings: webhookSettings,
    certificateExpiresAt: moment
      .nullable()
      .meta({ description: 'When the client certificate of settings.auth ends; null when there is none' }),
    createdAt: moment,
    updatedAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhook>;

const webhookInput = z.object({
  name: z.string().trim().min(1).max(120),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  events: z.array(subscription).min(1).max(100),
  status: z.enum(['active', 'paused']),
  settings: webhookSettingsChange.meta({
    description: 'Only what is to differ from the defaults, or on an update from what is there',
  }),
  authSecret: webhookAuthSecret.meta({ description: 'What settings.auth keeps secret; never shown again' }),
});

export const createWebhook = defineRoute({
  name: 'createWebhook',
  method: 'POST',
  path: '/api/webhooks',
  tag,
  summary: 'Subscribe an endpoint to event types. The signing secret is in this answer and nowhere else',
  body: webhookInput.extend({
    status: webhookInput.shape.status.default('active'),
    settings: webhookInput.shape.settings.optional(),
    authSecret: webhookInput.shape.authSecret.optional(),
  }),
  response: webhook.extend({
    secret: z.string().meta({ description: 'whsec_… to verify with, or whpk_… where signing is ed25519' }),
  }),
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
  summary: 'Change a webhook. Setting status to active also enables a disabled one and closes its circuit',
  params: z.object({ id: idSchema('webhook') }),
  body: webhookInput.partial(),
  response: webhook.extend({
    secret: z
      .string()
      .optional()
      .meta({ description: 'The new signing secret or public key, where settings.signing changed' }),
  }),
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
  response: z.object({
    secret: z.string().meta({ description: 'whsec_…, shown once, or whpk_… where signing is ed25519' }),
    previousValidUntil: moment,
  }),
});

export const listSigningKeys = defineRoute({
  name: 'listSigningKeys',
  method: 'GET',
  path: '/api/webhooks/:id/signing-keys',
  tag,
  summary: 'The keys that sign now, newest first: the public ones as receivers need them, and when each ends',
  params: z.object({ id: idSchema('webhook') }),
  response: z.object({
    data: z.array(
      z.object({
        kind: z.enum(['hmac', 'ed25519']),
        publicKey: z.string().nullable().meta({ description: 'whpk_…; null for hmac, whose key is secret' }),
        createdAt: moment,
        expiresAt: moment.nullable().meta({ description: 'null: until it is replaced' }),
      }),
    ),
  }),
});

export const tryWebhook = defineRoute({
  name: 'tryWebhook',
  method: 'POST',
  path: '/api/webhooks/try',
  tag,
  summary:
    'What a webhook, saved or not, would make of an event. Nothing is sent or kept, and no consent is looked up',
  body: z
    .object({
      webhookId: idSchema('webhook').optional(),
      url: webhookInput.shape.url.optional(),
      events: webhookInput.shape.events.optional(),
      settings: webhookInput.shape.settings.optional().meta({
        description: "What is to differ from the webhook's, or without one from the defaults",
      }),
      eventId: idSchema('event').optional(),
      eventType: eventTypeName.optional().meta({ description: 'The latest event of this type' }),
      event: z
        .object({
          type: eventTypeName,
          subject: z.string().max(200).nullable().default(null),
          data: z.record(z.string(), z.json()).default({}),
        })
        .optional(),
    })
    .refine(
      ({ eventId, eventType, event }) =>
        [eventId, eventType, event].filter((one) => one !== undefined).length === 1,
      'must have one of eventId, eventType and event',
    ),
  response: z.object({
    event: z.string().meta({ description: "The event's own body" }),
    matched: z.boolean(),
    reason: z.string().meta({ description: 'By what it matched, or what was in the way' }),
    outcome: z
      .enum(['sent', 'skipped', 'failed'])
      .meta({ description: 'What would become of it if it matched; failed where the transform fails' }),
    error: z.string().nullable().meta({ description: 'Why it would not be sent' }),
    request: z
      .object({
        method: z.string(),
        url: z.string().nullable(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
      })
      .nullable()
      .meta({ description: 'What would be sent, signatures and secrets left out' }),
  }),
});

/** The most hours that statistics reach back: thirty days. */
const mostHours = 720;

export const readWebhookStatistics = defineRoute({
  name: 'readWebhookStatistics',
  method: 'GET',
  path: '/api/webhooks/:id/statistics',
  tag,
  summary:
    'What became of its attempts, by the hour. Some seconds behind the log, and gathered apart from it',
  params: z.object({ id: idSchema('webhook') }),
  query: z.object({ hours: z.coerce.number().int().min(1).max(mostHours).default(24) }),
  response: z.object({
    delivered: z.int(),
    failed: z.int().meta({ description: 'Deliveries that were given up' }),
    retried: z.int().meta({ description: 'Attempts that failed and were to be made again' }),
    skipped: z.int().meta({ description: 'Not sent: no consent, or a transform that gave nothing' }),
    meanMs: z.number().nullable().meta({ description: 'How long a request took, in milliseconds' }),
    longestMs: z.number().nullable(),
    perHour: z
      .array(
        z.object({
          hour: moment,
          delivered: z.int(),
          failed: z.int(),
          retried: z.int(),
          skipped: z.int(),
          meanMs: z.number().nullable(),
        }),
      )
      .meta({ description: 'Oldest first' }),
  }),
});
