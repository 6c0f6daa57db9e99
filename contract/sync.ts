import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Syncs';

export const sync = z
  .object({
    id: idSchema('sync'),
    connectionId: idSchema('connection'),
    provider: z.string(),
    resource: z.string(),
    everyMinutes: z.int().nullable().meta({ description: 'null: only when asked for' }),
    status: z.enum(['active', 'paused']),
    recordCount: z.int().meta({ description: 'Records held now, deleted ones left out' }),
    lastRunAt: moment.nullable(),
    lastRunStatus: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']).nullable(),
    nextRunAt: moment.nullable(),
    createdAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Sync' });
export type Sync = z.infer<typeof sync>;

export const runStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);

export const run = z
  .object({
    id: idSchema('run'),
    syncId: idSchema('sync'),
    connectionId: idSchema('connection'),
    resource: z.string(),
    mode: z.enum(['full', 'incremental']),
    trigger: z.enum(['connect', 'manual', 'schedule', 'recovery', 'webhook']),
    status: runStatus,
    pages: z.int(),
    fetched: z.int().meta({ description: 'Records read from the provider' }),
    expected: z.int().nullable().meta({ description: 'How many the provider said there are' }),
    created: z.int(),
    updated: z.int(),
    deleted: z.int(),
    unchanged: z.int(),
    recordsPerSecond: z.number(),
    attempts: z.int().meta({ description: 'How often it was taken up, crashes included' }),
    error: z.string().nullable(),
    traceId,
    requestedAt: moment,
    startedAt: moment.nullable(),
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof run>;

export const record = z
  .object({
    id: idSchema('record'),
    connectionId: idSchema('connection'),
    resource: z.string(),
    externalId: z.string().meta({ description: "The record's id at the provider" }),
    title: z.string(),
    subtitle: z.string().nullable(),
    data: z.record(z.string(), z.json()),
    seq: z.string().meta({ description: "The record's last change in the tenant's order of changes" }),
    deletedAt: moment.nullable(),
    firstSeenAt: moment,
    changedAt: moment,
  })
  .meta({ id: 'Record' });
export type SyncedRecord = z.infer<typeof record>;

export const createSync = defineRoute({
  name: 'createSync',
  method: 'POST',
  path: '/api/syncs',
  tag,
  summary: 'Keep one resource of a connection in step',
  body: z.object({
    connectionId: idSchema('connection'),
    resource: z.string().min(1).max(60),
    everyMinutes: z.int().min(1).max(10_080).nullable().default(15),
    start: z.boolean().default(true).meta({ description: 'Begin the first run at once' }),
  }),
  response: sync,
  status: 201,
});

export const listSyncs = defineRoute({
  name: 'listSyncs',
  method: 'GET',
  path: '/api/syncs',
  tag,
  summary: "List the tenant's syncs",
  query: pageQuery.extend({ connectionId: idSchema('connection').optional() }),
  response: pageOf(sync),
});

export const readSync = defineRoute({
  name: 'readSync',
  method: 'GET',
  path: '/api/syncs/:id',
  tag,
  summary: 'One sync',
  params: z.object({ id: idSchema('sync') }),
  response: sync,
});

export const updateSync = defineRoute({
  name: 'updateSync',
  method: 'PATCH',
  path: '/api/syncs/:id',
  tag,
  summary: 'Pause, resume or reschedule a sync',
  params: z.object({ id: idSchema('sync') }),
  body: z
    .object({
      status: z.enum(['active', 'paused']),
      everyMinutes: z.int().min(1).max(10_080).nullable(),
    })
    .partial(),
  response: sync,
});

export const deleteSync = defineRoute({
  name: 'deleteSync',
  method: 'DELETE',
  path: '/api/syncs/:id',
  tag,
  summary: 'Delete a sync with its runs and the records it holds',
  params: z.object({ id: idSchema('sync') }),
});

export const startRun = defineRoute({
  name: 'startRun',
  method: 'POST',
  path: '/api/syncs/:id/runs',
  tag,
  summary: 'Run a sync now. One that is queued or running already is given back instead',
  params: z.object({ id: idSchema('sync') }),
  body: z.object({ mode: z.enum(['full', 'incremental']).default('incremental') }),
  response: run,
  status: 202,
});

export const listRuns = defineRoute({
  name: 'listRuns',
  method: 'GET',
  path: '/api/runs',
  tag,
  summary: 'List sync runs, newest first',
  query: pageQuery.extend({
    syncId: idSchema('sync').optional(),
    connectionId: idSchema('connection').optional(),
    status: runStatus.optional(),
  }),
  response: pageOf(run),
});

export const readRun = defineRoute({
  name: 'readRun',
  method: 'GET',
  path: '/api/runs/:id',
  tag,
  summary: 'One sync run, with its progress',
  params: z.object({ id: idSchema('run') }),
  response: run,
});

export const cancelRun = defineRoute({
  name: 'cancelRun',
  method: 'POST',
  path: '/api/runs/:id/cancel',
  tag,
  summary: 'Stop a run after the page it is on; what it has read stays',
  params: z.object({ id: idSchema('run') }),
  response: run,
});

export const listRecords = defineRoute({
  name: 'listRecords',
  method: 'GET',
  path: '/api/records',
  tag,
  summary: 'List records, latest change first',
  query: pageQuery.extend({
    connectionId: idSchema('connection').optional(),
    resource: z.string().max(60).optional(),
    search: z.string().trim().max(200).optional().meta({ description: 'Part of the title or subtitle' }),
    deleted: z.enum(['without', 'only', 'with']).default('without'),
  }),
  response: pageOf(record),
});

export const listChanges = defineRoute({
  name: 'listChanges',
  method: 'GET',
  path: '/api/records/changes',
  tag,
  summary: 'Read records in the order of their changes, oldest first; a cursor that skips nothing',
  query: z.object({
    after: z
      .string()
      .regex(/^\d{1,18}$/)
      .default('0')
      .meta({ description: 'seq of the last change you have read' }),
    connectionId: idSchema('connection').optional(),
    resource: z.string().max(60).optional(),
    limit: pageQuery.shape.limit,
  }),
  response: z.object({ data: z.array(record), nextAfter: z.string() }),
});

export const readRecord = defineRoute({
  name: 'readRecord',
  method: 'GET',
  path: '/api/records/:id',
  tag,
  summary: 'One record',
  params: z.object({ id: idSchema('record') }),
  response: record,
});
