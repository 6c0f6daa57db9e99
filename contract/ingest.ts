import { z } from 'zod';
import { eventTypeName } from './events.ts';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Sources';

/** The largest body that any source takes. */
export const largestReceiptBytes = 10 * 1024 * 1024;

/** A header's name (RFC 9110, section 5.1), compared in lower case. */
const headerName = z
  .string()
  .max(100)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header')
  .toLowerCase();

const hmac = z.object({
  type: z.literal('hmac'),
  algorithm: z.enum(['sha256', 'sha1', 'sha512']).default('sha256'),
  header: headerName,
  encoding: z.enum(['hex', 'base64']).default('hex'),
  prefix: z.string().max(60).default('').meta({ description: 'Before the signature in its header: sha256=' }),
  template: z
    .string()
    .max(200)
    .default('{body}')
    .meta({ description: 'What is signed, of {body}, {timestamp}, {method} and {url}' }),
  timestamp: z
    .object({
      header: headerName,
      unit: z.enum(['s', 'ms']).default('s'),
      toleranceSeconds: z.int().min(1).max(86_400).default(300),
    })
    .nullable()
    .default(null),
});

/** How a source knows that a request is from whom it expects. */
export const scheme = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('provider') }),
    hmac,
    z.object({ type: z.literal('standard'), toleranceSeconds: z.int().min(1).max(86_400).default(300) }),
    z.object({ type: z.literal('basic') }),
    z.object({
      type: z.literal('bearer'),
      header: headerName.default('authorization'),
      prefix: z.string().max(60).default('Bearer '),
    }),
    z.object({ type: z.literal('ip') }),
    z.object({ type: z.literal('none') }),
  ])
  .meta({ id: 'Scheme', description: 'How requests are verified; `none` takes anything that knows the URL' });
export type Scheme = z.infer<typeof scheme>;

/** By what two requests are the same one. A request without the header or field named is known by its body. */
export const dedupe = z
  .discriminatedUnion('by', [
    z.object({ by: z.literal('provider') }),
    z.object({ by: z.literal('header'), name: headerName }),
    z.object({
      by: z.literal('pointer'),
      pointer: z
        .string()
        .max(200)
        .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'must be a JSON pointer such as /event/id'),
    }),
    z.object({ by: z.literal('body') }),
    z.object({ by: z.literal('none') }),
  ])
  .meta({ id: 'Dedupe' });
export type Dedupe = z.infer<typeof dedupe>;

const network = z
  .string()
  .max(60)
  .regex(/^[0-9a-fA-F:.]+(?:\/\d{1,3})?$/, 'must be an address or a CIDR range');

const sourceSettings = z.object({
  name: z.string().trim().min(1).max(120),
  status: z.enum(['active', 'paused']),
  scheme,
  allow: z
    .array(network)
    .max(100)
    .meta({ description: 'Addresses and CIDR ranges that may post; empty: any' }),
  maxBytes: z.int().min(1).max(largestReceiptBytes),
  perMinute: z.int().min(1).max(10_000_000).meta({ description: 'Requests a minute, to one process' }),
  dedupe,
  dedupeHours: z.int().min(1).max(720).meta({ description: 'How long a request is remembered' }),
  eventType: eventTypeName
    .nullable()
    .meta({ description: 'The type of event that each request becomes; null where a provider says it' }),
  forward: z
    .boolean()
    .meta({ description: 'Whether its events go on to webhooks; the log has them either way' }),
  processor: z.string().max(60).nullable().meta({ description: 'What processes requests instead of events' }),
  keepDays: z.int().min(1).max(30),
});

export const source = sourceSettings
  .extend({
    id: idSchema('source'),
    integrationId: idSchema('integration').nullable(),
    provider: z.string().nullable(),
    url: z
      .string()
      .nullable()
      .meta({ description: 'Where to post; a secret of its own, so only developers and above read it' }),
    verifyToken: z
      .string()
      .nullable()
      .meta({ description: 'What the provider asks for at set-up, where it does' }),
    secrets: z.array(
      z.object({
        connectionId: idSchema('connection').nullable(),
        createdAt: moment,
        expiresAt: moment.nullable(),
      }),
    ),
    createdAt: moment,
    updatedAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Source' });
export type Source = z.infer<typeof source>;

const newSecret = z.string().nullable().meta({ description: 'Shown here and nowhere else; null: none made' });

const bySource = z.object({ id: idSchema('source') });

export const createSource = defineRoute({
  name: 'createSource',
  method: 'POST',
  path: '/api/sources',
  tag,
  summary:
    'Make a URL to post to: anyone’s, or with integrationId a provider’s. The secret is in this answer alone',
  body: z.object({
    name: sourceSettings.shape.name.optional(),
    integrationId: idSchema('integration').optional(),
    secret: z.string().min(1).max(1000).optional().meta({
      description: 'When the sender has chosen it; basic takes user:password, standard whsec_ or whpk_',
    }),
    status: sourceSettings.shape.status.default('active'),
    scheme: scheme
      .optional()
      .meta({ description: 'Standard Webhooks when left out; the provider’s own with integrationId' }),
    allow: sourceSettings.shape.allow.default([]),
    maxBytes: sourceSettings.shape.maxBytes.default(1024 * 1024),
    perMinute: sourceSettings.shape.perMinute.default(6_000),
    dedupe: dedupe.optional(),
    dedupeHours: sourceSettings.shape.dedupeHours.default(72),
    eventType: eventTypeName.optional(),
    forward: sourceSettings.shape.forward.default(true),
    processor: sourceSettings.shape.processor.default(null),
    keepDays: sourceSettings.shape.keepDays.default(30),
  }),
  response: source.extend({ secret: newSecret }),
  status: 201,
});

export const listSources = defineRoute({
  name: 'listSources',
  method: 'GET',
  path: '/api/sources',
  tag,
  summary: "List the tenant's sources",
  query: pageQuery.extend({ integrationId: idSchema('integration').optional() }),
  response: pageOf(source),
});

export const readSource = defineRoute({
  name: 'readSource',
  method: 'GET',
  path: '/api/sources/:id',
  tag,
  summary: 'One source',
  params: bySource,
  response: source,
});

export const updateSource = defineRoute({
  name: 'updateSource',
  method: 'PATCH',
  path: '/api/sources/:id',
  tag,
  summary: 'Change a source. While it is paused, what arrives is kept and waits',
  params: bySource,
  body: sourceSettings.partial(),
  response: source,
});

export const deleteSource = defineRoute({
  name: 'deleteSource',
  method: 'DELETE',
  path: '/api/sources/:id',
  tag,
  summary: 'Delete a source: its URL answers 404, what it received stays until its retention',
  params: bySource,
});

export const rotateSourceSecret = defineRoute({
  name: 'rotateSourceSecret',
  method: 'POST',
  path: '/api/sources/:id/rotate-secret',
  tag,
  summary: 'Make or set a new secret; those before it verify too for 24 hours',
  params: bySource,
  body: z.object({
    secret: z.string().min(1).max(1000).optional(),
    connectionId: idSchema('connection')
      .optional()
      .meta({ description: 'The account whose deliveries it verifies, where they do not say it' }),
  }),
  response: z.object({ secret: newSecret, previousValidUntil: moment }),
  status: 201,
});

export const rotateSourceToken = defineRoute({
  name: 'rotateSourceToken',
  method: 'POST',
  path: '/api/sources/:id/rotate-url',
  tag,
  summary: 'Give the source a new URL; the old one ends at once',
  params: bySource,
  response: source,
  status: 201,
});

export const subscribeSandbox = defineRoute({
  name: 'subscribeSandbox',
  method: 'POST',
  path: '/api/sources/:id/subscribe-sandbox',
  tag,
  summary: 'Have the sandbox’s provider post its webhooks to this source',
  params: bySource,
  response: z.object({ url: z.string() }),
  status: 201,
});

const receiptCounts = z.object({
  accepted: z.int(),
  duplicate: z.int(),
  refused: z.int().meta({ description: 'All of them, kept or not' }),
  unkept: z.int().meta({ description: 'Of the refused, those that were counted only and left no receipt' }),
  processed: z.int(),
  failed: z.int(),
});

export const sourceStatistics = defineRoute({
  name: 'sourceStatistics',
  method: 'GET',
  path: '/api/sources/:id/statistics',
  tag,
  summary: 'What arrived and what came of it, by the hour and in all',
  params: bySource,
  query: z.object({
    hours: z.coerce.number().int().min(1).max(744).default(24).meta({
      description: 'How far back, the present hour included; 744 are 31 days',
    }),
  }),
  response: receiptCounts.extend({
    perHour: z.array(receiptCounts.extend({ hour: moment })).meta({ description: 'Oldest first' }),
  }),
});

export const listProcessors = defineRoute({
  name: 'listProcessors',
  method: 'GET',
  path: '/api/processors',
  tag,
  summary: 'What can process requests instead of making events of them',
  response: z.object({ data: z.array(z.object({ name: z.string(), description: z.string() })) }),
});
