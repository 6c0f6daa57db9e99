import { z } from 'zod';
import { defineRoute } from './route.ts';

const tag = 'Health';

export const readLive = defineRoute({
  name: 'readLive',
  method: 'GET',
  path: '/api/health/live',
  tag,
  summary: 'Whether the process answers',
  response: z.object({ status: z.literal('live'), version: z.string(), uptimeSeconds: z.number() }),
});

const check = z.object({ ok: z.boolean(), detail: z.string() });

export const readReady = defineRoute({
  name: 'readReady',
  method: 'GET',
  path: '/api/health/ready',
  tag,
  summary: 'Whether it can do its work: database, migrations, master key. 503 when it cannot',
  response: z.object({ status: z.enum(['ready', 'not_ready']), checks: z.record(z.string(), check) }),
});

/** One setting as it is in force: what it is, where it came from, and its value unless it is a secret. */
export const setting = z
  .object({
    key: z.string(),
    description: z.string(),
    value: z.string().nullable().meta({ description: 'null for a secret' }),
    secret: z.boolean(),
    source: z.enum(['environment', 'generated', 'default', 'unset']),
  })
  .meta({ id: 'Setting' });
export type Setting = z.infer<typeof setting>;

export const listSettings = defineRoute({
  name: 'listSettings',
  method: 'GET',
  path: '/api/settings',
  tag,
  summary: "The installation's settings in force, secrets left out",
  response: z.object({ version: z.string(), data: z.array(setting) }),
});
