import { z } from 'zod';
import { auditEntry } from './audit.ts';
import { delivery } from './delivery.ts';
import { event } from './events.ts';
import { idSchema } from './ids.ts';
import { moment, traceId } from './page.ts';
import { defineRoute } from './route.ts';
import { run } from './sync.ts';

const tag = 'Overview';

export const overview = z
  .object({
    integrations: z.int(),
    connections: z.object({ connected: z.int(), needsReconnect: z.int() }),
    syncs: z.object({ active: z.int(), running: z.int(), failedLast24h: z.int() }),
    records: z.int(),
    events24h: z.int(),
    deliveries24h: z.object({ delivered: z.int(), failed: z.int(), waiting: z.int() }),
    perHour: z
      .array(z.object({ hour: moment, events: z.int(), delivered: z.int(), failed: z.int() }))
      .meta({ description: 'The last 24 hours, oldest first' }),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overview>;

export const readOverview = defineRoute({
  name: 'readOverview',
  method: 'GET',
  path: '/api/overview',
  tag,
  summary: "The tenant's state in one answer",
  response: overview,
});

export const trace = z
  .object({
    traceId,
    startedAt: moment,
    requests: z.array(auditEntry),
    runs: z.array(run),
    events: z.object({ count: z.int(), first: z.array(event) }),
    deliveries: z.object({
      count: z.int(),
      first: z.array(
        delivery.extend({
          log: z.array(
            z.object({
              number: z.int(),
              outcome: z.enum(['delivered', 'failed', 'skipped']),
              statusCode: z.int().nullable(),
              error: z.string().nullable(),
              durationMs: z.number(),
              startedAt: moment,
            }),
          ),
        }),
      ),
    }),
  })
  .meta({ id: 'Trace' });
export type Trace = z.infer<typeof trace>;

export const readTrace = defineRoute({
  name: 'readTrace',
  method: 'GET',
  path: '/api/traces/:traceId',
  tag,
  summary: 'Everything that one request led to, from the request to the last attempt',
  params: z.object({ traceId }),
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    subject: z
      .string()
      .max(100)
      .optional()
      .meta({ description: 'Only events about this thing, and their deliveries' }),
  }),
  response: trace,
});

/** What the live stream carries: a hint that something changed, never the truth itself. Read it anew when told. */
export const hint = z
  .object({
    kind: z.enum([
      'run',
      'sync',
      'connection',
      'integration',
      'event',
      'delivery',
      'replay',
      'webhook',
      'source',
      'receipt',
      'member',
      'resync',
    ]),
    id: z.string().optional(),
    connectionId: idSchema('connection').optional(),
    syncId: idSchema('sync').optional(),
    webhookId: idSchema('webhook').optional(),
    sourceId: idSchema('source').optional(),
    run: run
      .optional()
      .meta({ description: 'With kind run: its state, so that progress needs no further request' }),
  })
  .meta({ id: 'Hint' });
export type Hint = z.infer<typeof hint>;
