import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';

/**
 * The proxy itself, `ANY /api/connections/:id/proxy/<path at the provider>?<query>`, is no route of JSON in and out, so
 * what can be stated of it stands here: the headers that go through in each direction, and the one that tells the
 * provider's answer, whatever its status, from an error of ours.
 */
export const proxyRequestHeaders = [
  'accept',
  'accept-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'range',
] as const;

export const proxyResponseHeaders = [
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'link',
  'retry-after',
] as const;

/** The provider's rate headers go through too, under whatever name. */
export const proxyRateHeader = /^(?:x-)?(?:[a-z0-9]+-)?rate-?limit(?:-[a-z0-9-]+)?$/;

/** On the provider's answers alone: its status as it was. */
export const providerStatusHeader = 'mortise-provider-status';

/** The largest body that the proxy takes. */
export const proxyBodyLimitBytes = 10 * 1024 * 1024;

export const proxyCall = z
  .object({
    id: idSchema('proxyCall'),
    connectionId: idSchema('connection'),
    method: z.string(),
    path: z
      .string()
      .meta({ description: 'As asked for, with the names of its query and without their values' }),
    status: z.int().nullable().meta({ description: "The provider's; null when it gave no answer" }),
    error: z.string().nullable().meta({ description: 'Why there is no answer, or why it broke off' }),
    attempts: z.int().meta({ description: 'How often the provider was asked' }),
    durationMs: z.number().meta({ description: 'To the last byte of the answer' }),
    requestBytes: z.int(),
    responseBytes: z.int(),
    actor: z.object({
      kind: z.enum(['user', 'operator', 'system']),
      id: z.string().nullable(),
      name: z.string(),
    }),
    traceId,
    at: moment,
  })
  .meta({ id: 'ProxyCall' });
export type ProxyCall = z.infer<typeof proxyCall>;

export const listConnectionCalls = defineRoute({
  name: 'listConnectionCalls',
  method: 'GET',
  path: '/api/connections/:id/calls',
  tag: 'Connections',
  summary: "What was asked of the provider through the connection's proxy, newest first",
  params: z.object({ id: idSchema('connection') }),
  query: pageQuery,
  response: pageOf(proxyCall),
});
