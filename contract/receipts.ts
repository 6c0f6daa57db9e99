import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Sources';

export const receiptVerdict = z.enum(['accepted', 'duplicate', 'refused']);
export const receiptState = z
  .enum(['waiting', 'held', 'retrying', 'processed', 'failed', 'none'])
  .meta({ description: 'Of its processing; `none` where nothing follows from it' });

export const receipt = z
  .object({
    id: idSchema('receipt'),
    sourceId: idSchema('source'),
    sourceName: z.string(),
    verdict: receiptVerdict,
    reason: z.string().nullable().meta({ description: 'The verdict in words, where it is not accepted' }),
    state: receiptState,
    error: z.string().nullable().meta({ description: 'Why processing failed' }),
    method: z.string(),
    address: z.string(),
    bodyBytes: z.int(),
    dedupeKey: z.string().nullable(),
    duplicateOf: idSchema('receipt').nullable(),
    traceId,
    receivedAt: moment,
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof receipt>;

export const receiptOutcome = z
  .object({
    status: z.enum(['processed', 'failed']),
    attempts: z.int(),
    note: z.string().nullable().meta({ description: 'What else there is to say, or why it failed' }),
    eventIds: z.array(idSchema('event')),
    syncIds: z.array(idSchema('sync')),
    connectionIds: z.array(idSchema('connection')),
    replay: z.boolean(),
    at: moment,
  })
  .meta({ id: 'ReceiptOutcome' });
export type ReceiptOutcome = z.infer<typeof receiptOutcome>;

export const listReceipts = defineRoute({
  name: 'listReceipts',
  method: 'GET',
  path: '/api/receipts',
  tag,
  summary: 'List what was received, newest first',
  query: pageQuery.extend({
    sourceId: idSchema('source').optional(),
    verdict: receiptVerdict.optional(),
    state: receiptState.optional(),
    from: moment.optional(),
    to: moment.optional(),
    dedupeKey: z.string().max(300).optional(),
    traceId: traceId.optional(),
  }),
  response: pageOf(receipt),
});

export const readReceipt = defineRoute({
  name: 'readReceipt',
  method: 'GET',
  path: '/api/receipts/:id',
  tag,
  summary: 'One receipt: the request as it came, and what came of it',
  params: z.object({ id: idSchema('receipt') }),
  response: receipt.extend({
    path: z.string(),
    headers: z.record(z.string(), z.string()).meta({ description: 'Secrets are blotted out' }),
    body: z
      .object({ encoding: z.enum(['text', 'base64']), content: z.string(), truncated: z.boolean() })
      .nullable()
      .meta({ description: 'For developers and above, as the headers' }),
    outcomes: z.array(receiptOutcome),
  }),
});

export const listUnkeptReceipts = defineRoute({
  name: 'listUnkeptReceipts',
  method: 'GET',
  path: '/api/receipts/unkept',
  tag,
  summary: 'How many refused requests were counted and not kept, by source, the most first',
  query: z.object({
    sourceId: idSchema('source').optional(),
    hours: z.coerce.number().int().min(1).max(744).default(24),
  }),
  response: z.object({
    keptPerHour: z.int().meta({ description: 'How many refused requests of a source are kept in an hour' }),
    keptPerMinute: z.int().meta({ description: 'And how many in a minute, at each process' }),
    data: z.array(z.object({ sourceId: idSchema('source'), sourceName: z.string(), unkept: z.int() })),
  }),
});

export const replayReceipt = defineRoute({
  name: 'replayReceipt',
  method: 'POST',
  path: '/api/receipts/:id/replay',
  tag,
  summary: 'Process it again as it was stored; its events say so with replayOf',
  params: z.object({ id: idSchema('receipt') }),
  response: receipt,
  status: 202,
});

export const receiptReplay = z
  .object({
    id: idSchema('receiptReplay'),
    sourceId: idSchema('source'),
    from: moment,
    to: moment,
    failedOnly: z.boolean(),
    status: z.enum(['running', 'done', 'cancelled', 'failed']).meta({
      description: 'Of the search for receipts; it is done while what it found may still be waiting',
    }),
    reason: z.string().nullable().meta({ description: 'Why it ended early, in words' }),
    progress: z
      .number()
      .min(0)
      .max(1)
      .meta({ description: 'Share of the span that has been looked through' }),
    queued: z.int().meta({
      description: 'Receipts found and put in line: those processed, failed, dropped and waiting',
    }),
    waiting: z.int().meta({ description: 'Not processed to an end yet' }),
    processed: z.int(),
    failed: z.int().meta({ description: 'Given up after all tries' }),
    dropped: z.int().meta({ description: 'Taken out of the line by its cancellation' }),
    createdAt: moment,
  })
  .meta({ id: 'ReceiptReplay' });
export type ReceiptReplay = z.infer<typeof receiptReplay>;

export const startReceiptReplay = defineRoute({
  name: 'startReceiptReplay',
  method: 'POST',
  path: '/api/receipts/replays',
  tag,
  summary: 'Process a selection of receipts again, oldest first',
  body: z
    .object({
      sourceId: idSchema('source'),
      from: moment.meta({ description: 'Inclusive' }),
      to: moment.meta({ description: 'Exclusive' }),
      failedOnly: z.boolean().default(false).meta({ description: 'Only those whose processing failed' }),
    })
    .refine(({ from, to }) => new Date(from) < new Date(to), { path: ['to'], message: 'must be after from' }),
  response: receiptReplay,
  status: 202,
});

export const listReceiptReplays = defineRoute({
  name: 'listReceiptReplays',
  method: 'GET',
  path: '/api/receipts/replays',
  tag,
  summary: 'List replays of receipts, newest first',
  query: pageQuery.extend({ sourceId: idSchema('source').optional() }),
  response: pageOf(receiptReplay),
});

export const readReceiptReplay = defineRoute({
  name: 'readReceiptReplay',
  method: 'GET',
  path: '/api/receipts/replays/:id',
  tag,
  summary: 'How far a replay has come, and what came of it',
  params: z.object({ id: idSchema('receiptReplay') }),
  response: receiptReplay,
});

export const cancelReceiptReplay = defineRoute({
  name: 'cancelReceiptReplay',
  method: 'POST',
  path: '/api/receipts/replays/:id/cancel',
  tag,
  summary: 'Process nothing more of it: what waits is dropped, what is just being processed comes to its end',
  params: z.object({ id: idSchema('receiptReplay') }),
  response: receiptReplay,
});
