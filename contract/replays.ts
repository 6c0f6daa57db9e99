import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';
import { subscription } from './webhooks.ts';

const tag = 'Webhooks';

/** What a replay sends again: what was given up, all that the webhook has not got, or everything, got or not. */
const replayWhat = z.enum(['failed', 'missing', 'all']);

export const replay = z
  .object({
    id: idSchema('replay'),
    webhookId: idSchema('webhook'),
    webhookName: z.string(),
    what: replayWhat,
    eventTypes: z.array(z.string()).nullable(),
    from: moment,
    to: moment,
    perSecond: z.int(),
    status: z.enum(['running', 'done', 'cancelled', 'failed']),
    reason: z.string().nullable().meta({ description: 'Why it ended early, in words' }),
    looked: z.int().meta({ description: 'Events or failed deliveries looked at so far' }),
    progress: z.number().min(0).max(1).meta({ description: 'Share of the span that has been looked at' }),
    queued: z.int().meta({ description: 'Deliveries put into the queue so far' }),
    waiting: z.int().meta({ description: 'Of those, how many have not been settled yet' }),
    createdAt: moment,
    updatedAt: moment,
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'Replay' });
export type Replay = z.infer<typeof replay>;

export const createReplay = defineRoute({
  name: 'createReplay',
  method: 'POST',
  path: '/api/replays',
  tag,
  summary:
    'Send again, as a job that survives anything: failed, all that is missing, or all of a span of time',
  body: z
    .object({
      webhookId: idSchema('webhook'),
      what: replayWhat.default('missing').meta({
        description:
          'failed: deliveries that were given up; missing: those, and events that the webhook subscribes to now and has no delivery of; all: those that were delivered too',
      }),
      eventTypes: z
        .array(subscription)
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'Only these types or families' }),
      from: moment.optional().meta({ description: 'Inclusive; left out: as far back as the log reaches' }),
      to: moment.optional().meta({ description: 'Exclusive; left out: now' }),
      perSecond: z.int().min(1).max(10_000).default(100).meta({ description: 'At most so many a second' }),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
      path: ['to'],
      message: 'must be after from',
    }),
  response: replay,
  status: 201,
});

export const listReplays = defineRoute({
  name: 'listReplays',
  method: 'GET',
  path: '/api/replays',
  tag,
  summary: 'List replays, newest first',
  query: pageQuery.extend({ webhookId: idSchema('webhook').optional() }),
  response: pageOf(replay),
});

export const readReplay = defineRoute({
  name: 'readReplay',
  method: 'GET',
  path: '/api/replays/:id',
  tag,
  summary: 'One replay and how far it has come',
  params: z.object({ id: idSchema('replay') }),
  response: replay,
});

export const cancelReplay = defineRoute({
  name: 'cancelReplay',
  method: 'POST',
  path: '/api/replays/:id/cancel',
  tag,
  summary: 'Queue nothing more; what is queued is sent',
  params: z.object({ id: idSchema('replay') }),
  response: replay,
});

/** Why deliveries have not reached their endpoint. */
const undeliveredWhy = z.enum(['held', 'failed', 'retrying', 'waiting', 'sending']);

export const undeliveredGroup = z
  .object({
    webhookId: idSchema('webhook'),
    webhookName: z.string(),
    webhookStatus: z.enum(['active', 'paused', 'disabled', 'deleted']),
    why: undeliveredWhy.meta({
      description:
        'held: the webhook is not active; failed: given up; retrying: to be tried again; waiting: for its first try; sending: on its way',
    }),
    explanation: z.string().meta({ description: 'In words, with what to do' }),
    count: z.int(),
    oldestAt: moment.meta({ description: 'When the oldest of them was accepted' }),
    nextAttemptAt: moment.nullable(),
    lastStatusCode: z.int().nullable().meta({ description: 'Of the newest attempt among them' }),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'UndeliveredGroup' });
export type UndeliveredGroup = z.infer<typeof undeliveredGroup>;

export const readUndelivered = defineRoute({
  name: 'readUndelivered',
  method: 'GET',
  path: '/api/deliveries/undelivered',
  tag,
  summary: 'What has not been delivered, and why: by webhook and reason',
  query: z.object({ webhookId: idSchema('webhook').optional() }),
  response: z.object({
    data: z.array(undeliveredGroup),
    isComplete: z.boolean().meta({
      description: 'false when there is more than was counted: the figures are then the least it can be',
    }),
  }),
});

export const retryDeliveries = defineRoute({
  name: 'retryDeliveries',
  method: 'POST',
  path: '/api/deliveries/retry',
  tag,
  summary: 'Send these again now, whatever became of them so far',
  body: z.object({ ids: z.array(idSchema('delivery')).min(1).max(200) }),
  response: z.object({
    queued: z.int(),
    skipped: z.int().meta({ description: 'Of webhooks that are not active, or under way already' }),
  }),
  status: 202,
});
