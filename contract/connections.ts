import { z } from 'zod';
import { connectionSettings } from './connection-settings.ts';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery } from './page.ts';
import { provider, providerId } from './provider.ts';
import { fault, retryAfterSeconds } from './provider-fault.ts';
import { defineRoute } from './route.ts';

const tag = 'Connections';

export const fieldValues = z.record(z.string().max(40), z.string().max(8000));

export const environment = z.enum(['live', 'sandbox']);

/** An http or https address; what it leads to is judged apart. */
const baseUrl = z.url({ protocol: /^https?$/ });
const hosts = z
  .record(z.string().max(40), baseUrl)
  .meta({ description: 'Base URLs that replace those of the provider, by name' });

/** What an integration may be used for. What is switched off is refused with `feature_off`. */
export const integrationFeatures = z
  .object({
    resources: z
      .array(z.string().min(1).max(60))
      .max(100)
      .nullable()
      .meta({ description: 'The resources that may be synced, by name; null: all, later ones included' }),
    proxy: z.boolean().meta({ description: "Calls through a connection's proxy" }),
    webhooks: z.boolean().meta({ description: "Taking in the provider's webhooks" }),
  })
  .meta({ id: 'IntegrationFeatures' });
export type IntegrationFeatures = z.infer<typeof integrationFeatures>;

const timeoutMs = z.int().min(1_000).max(120_000).nullable().meta({
  description: "How long a call may wait for the provider's answer; null: 30 s, or what the call takes",
});
const retries = z.int().min(0).max(10).nullable().meta({
  description:
    'How often a call that may be repeated is tried again; null: 3 times, 5 where the provider asked to wait',
});

export const integration = z
  .object({
    id: idSchema('integration'),
    provider: providerId,
    name: z.string(),
    environment,
    clientId: z.string().nullable().meta({ description: 'The OAuth client of your own, if one is set' }),
    hasClientSecret: z.boolean(),
    hosts,
    scopes: z.array(z.string()).nullable().meta({ description: "null: the provider's standard scopes" }),
    timeoutMs,
    retries,
    features: integrationFeatures,
    connectionCount: z.int(),
    createdAt: moment,
    updatedAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Integration' });
export type Integration = z.infer<typeof integration>;

export const integrationSettings = z.object({
  name: z.string().trim().min(1).max(120),
  clientId: z.string().trim().min(1).max(300).nullable(),
  clientSecret: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .nullable()
    .meta({ description: 'Kept sealed; never shown again' }),
  hosts,
  scopes: z.array(z.string().min(1).max(200)).max(100).nullable(),
  timeoutMs,
  retries,
  features: integrationFeatures.partial().meta({ description: 'Those left out stay as they are' }),
});

export const connectionStatus = z.enum(['connected', 'needs_reconnect', 'disconnected']);

export const connection = z
  .object({
    id: idSchema('connection'),
    integrationId: idSchema('integration'),
    provider: providerId,
    environment,
    status: connectionStatus,
    reason: z.string().nullable().meta({ description: 'Why it is not connected, in words for people' }),
    accountId: z.string().meta({ description: "The account's unchanging id at the provider" }),
    accountName: z.string(),
    accountMetadata: z
      .record(z.string(), z.json())
      .meta({ description: 'What the provider tells of the account, as of the last time it was connected' }),
    label: z.string().nullable().meta({ description: "The tenant's own name for it" }),
    metadata: z.record(z.string(), z.string()).meta({ description: "The tenant's own notes" }),
    scopes: z.array(z.string()),
    expiresAt: moment
      .nullable()
      .meta({ description: 'When the access token lapses; it is refreshed before' }),
    lastRefreshedAt: moment.nullable(),
    lastUsedAt: moment.nullable(),
    createdAt: moment,
    updatedAt: moment.meta({ description: 'When it was last connected, or its state last changed' }),
    version: z.int().meta({ description: 'Of label and metadata' }),
  })
  .meta({ id: 'Connection' });
export type Connection = z.infer<typeof connection>;

export const listProviders = defineRoute({
  name: 'listProviders',
  method: 'GET',
  path: '/api/integrations/providers',
  tag,
  summary: 'The providers this installation knows',
  response: z.object({ data: z.array(provider) }),
});

export const createIntegration = defineRoute({
  name: 'createIntegration',
  method: 'POST',
  path: '/api/integrations',
  tag,
  summary: 'Configure a provider for the tenant',
  body: integrationSettings
    .partial()
    .extend({ provider: providerId, environment: environment.default('live') }),
  response: integration,
  status: 201,
});

export const listIntegrations = defineRoute({
  name: 'listIntegrations',
  method: 'GET',
  path: '/api/integrations',
  tag,
  summary: "List the tenant's integrations",
  query: pageQuery.extend({ provider: providerId.optional() }),
  response: pageOf(integration),
});

export const readIntegration = defineRoute({
  name: 'readIntegration',
  method: 'GET',
  path: '/api/integrations/:id',
  tag,
  summary: 'One integration',
  params: z.object({ id: idSchema('integration') }),
  response: integration,
});

export const updateIntegration = defineRoute({
  name: 'updateIntegration',
  method: 'PATCH',
  path: '/api/integrations/:id',
  tag,
  summary: 'Change an integration. If-Match refuses a change made meanwhile',
  params: z.object({ id: idSchema('integration') }),
  body: integrationSettings.partial(),
  response: integration,
});

export const deleteIntegration = defineRoute({
  name: 'deleteIntegration',
  method: 'DELETE',
  path: '/api/integrations/:id',
  tag,
  summary: 'Delete an integration that has no connections',
  params: z.object({ id: idSchema('integration') }),
});

const connectionState = connection
  .pick({ id: true, accountId: true, accountName: true, status: true, reason: true, expiresAt: true })
  .extend({ lastUsedAt: moment.nullable() });

export const integrationStatus = z
  .object({
    asOf: moment.meta({ description: 'When it was read: at most 5 minutes ago, and after every change' }),
    complete: z
      .boolean()
      .meta({ description: 'false: there is more than is told here; page through the lists' }),
    data: z.array(
      z.object({
        integrationId: idSchema('integration'),
        provider: providerId,
        name: z.string(),
        environment,
        connections: z.array(connectionState),
      }),
    ),
  })
  .meta({ id: 'IntegrationStatus' });
export type IntegrationStatus = z.infer<typeof integrationStatus>;

export const readIntegrationStatus = defineRoute({
  name: 'readIntegrationStatus',
  method: 'GET',
  path: '/api/integrations/status',
  tag,
  summary: 'The state of every integration and its connections at a glance',
  response: integrationStatus,
});

const accountParams = z.object({ provider: providerId, accountId: z.string().min(1).max(400) });
const ofIntegration = idSchema('integration').optional().meta({
  description: 'May be left out where one integration alone has this account',
});

export const refreshAccount = defineRoute({
  name: 'refreshAccount',
  method: 'POST',
  path: '/api/integrations/refresh/:provider/:accountId',
  tag,
  summary: "Renew an account's access token now",
  params: accountParams,
  query: z.object({ integrationId: ofIntegration }),
  response: connection,
});

export const disconnectAccount = defineRoute({
  name: 'disconnectAccount',
  method: 'DELETE',
  path: '/api/integrations/disconnect/:provider/:accountId',
  tag,
  summary: 'Disconnect an account by its id at the provider; the same as by the connection',
  params: accountParams,
  query: z.object({ records: z.enum(['keep', 'erase']).default('keep'), integrationId: ofIntegration }),
});

export const startConnect = defineRoute({
  name: 'startConnect',
  method: 'POST',
  path: '/api/integrations/connect/:provider',
  tag,
  summary: 'Begin to connect an account: send the browser to authorizeUrl',
  params: z.object({ provider: providerId }),
  body: z.object({
    integrationId: idSchema('integration').optional().meta({
      description: 'May be left out where the tenant has exactly one integration of this provider',
    }),
    returnTo: z.string().max(500).startsWith('/').optional().meta({
      description: 'Path of this site where the browser ends up',
    }),
    reconnect: idSchema('connection').optional().meta({
      description: 'The connection to mend: another account is then refused',
    }),
    inputs: fieldValues.optional().meta({
      description: "Values for the provider's `inputs`, such as the address of a portal",
    }),
  }),
  response: z.object({ authorizeUrl: z.url(), expiresAt: moment }),
});

export const connectWithFields = defineRoute({
  name: 'connectWithFields',
  method: 'POST',
  path: '/api/integrations/:id/connections',
  tag,
  summary:
    "Connect an account by what a person enters, or by the integration's own OAuth client: the provider is asked whose it is. The same account again is the same connection",
  params: z.object({ id: idSchema('integration') }),
  body: z.object({
    values: fieldValues.meta({
      description:
        "Values for the provider's `fields`, or for its `inputs` where it is connected by the client; kept sealed",
    }),
    reconnect: idSchema('connection').optional().meta({
      description: 'The connection to mend: another account is then refused',
    }),
  }),
  response: connection,
});

export const openConnect = defineRoute({
  name: 'openConnect',
  method: 'GET',
  path: '/api/integrations/authorize/:state',
  tag,
  summary:
    'The authorizeUrl that a host backend is given: it marks the first browser that opens it and sends it to the provider',
  params: z.object({ state: z.string().regex(/^[\w-]{43}$/) }),
  status: 302,
});

export const finishConnect = defineRoute({
  name: 'finishConnect',
  method: 'GET',
  path: '/api/integrations/callback/:provider',
  tag,
  summary: 'Where the provider sends the browser back to; answers with a redirect into the dashboard',
  params: z.object({ provider: providerId }),
  query: z.record(z.string(), z.string().max(4000)),
  status: 302,
});

export const listConnections = defineRoute({
  name: 'listConnections',
  method: 'GET',
  path: '/api/connections',
  tag,
  summary: "List the tenant's connections",
  query: pageQuery.extend({
    integrationId: idSchema('integration').optional(),
    status: connectionStatus.optional(),
  }),
  response: pageOf(connection),
});

export const readConnection = defineRoute({
  name: 'readConnection',
  method: 'GET',
  path: '/api/connections/:id',
  tag,
  summary: 'One connection',
  params: z.object({ id: idSchema('connection') }),
  response: connection,
});

export const testConnection = defineRoute({
  name: 'testConnection',
  method: 'POST',
  path: '/api/connections/:id/test',
  tag,
  summary: "Make the provider's cheapest call with the connection's credential",
  params: z.object({ id: idSchema('connection') }),
  response: z.object({
    ok: z.boolean(),
    message: z.string(),
    fault,
    retryAfterSeconds,
    durationMs: z.number(),
  }),
});

export const updateConnection = defineRoute({
  name: 'updateConnection',
  method: 'PATCH',
  path: '/api/connections/:id',
  tag,
  summary: "Set the tenant's own label and metadata. If-Match refuses a change made meanwhile",
  params: z.object({ id: idSchema('connection') }),
  body: connectionSettings.partial(),
  response: connection,
});

export const disconnect = defineRoute({
  name: 'disconnect',
  method: 'DELETE',
  path: '/api/connections/:id',
  tag,
  summary: 'Revoke at the provider where it can be, erase the secrets, stop the syncs',
  params: z.object({ id: idSchema('connection') }),
  query: z.object({ records: z.enum(['keep', 'erase']).default('keep') }),
});
