import { z } from 'zod';
import { environment, fieldValues, integrationSettings } from './connections.ts';
import { idSchema } from './ids.ts';
import { providerId } from './provider.ts';
import { fault, retryAfterSeconds } from './provider-fault.ts';
import { defineRoute } from './route.ts';

const tag = 'Connections';

export const testIntegration = defineRoute({
  name: 'testIntegration',
  method: 'POST',
  path: '/api/integrations/test',
  tag,
  summary:
    'Try settings at the provider, saved or not: addresses, OAuth client, token endpoint. Nothing is kept',
  body: integrationSettings.partial().extend({
    integrationId: idSchema('integration').optional().meta({
      description: 'Its settings hold where none are given. Its secret is not sent to addresses given here',
    }),
    provider: providerId.optional().meta({ description: 'Needed without integrationId' }),
    environment: environment.default('live').meta({ description: 'Ignored with integrationId' }),
    values: fieldValues.optional().meta({
      description: 'What would be entered to connect an account: the provider is asked whose it is',
    }),
  }),
  response: z.object({
    ok: z.boolean(),
    checks: z.array(
      z.object({
        name: z.enum(['hosts', 'client', 'key', 'provider']),
        ok: z.boolean(),
        message: z.string(),
        fault,
        retryAfterSeconds,
      }),
    ),
  }),
});

export const validateIntegration = defineRoute({
  name: 'validateIntegration',
  method: 'POST',
  path: '/api/integrations/validate',
  tag,
  summary: 'Check settings, and what would be entered to connect, without any call to the provider',
  body: z.object({
    provider: providerId,
    settings: z.record(z.string(), z.json()).default({}),
    values: fieldValues.optional(),
  }),
  response: z.object({
    valid: z.boolean(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
});
