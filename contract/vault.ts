import { z } from 'zod';
import { moment, pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Vault';

/** One rotation of a key, and how far it has come. */
export const keyRotation = z
  .object({
    kind: z.enum(['tenant', 'master']),
    state: z.enum(['queued', 'running', 'succeeded', 'failed']),
    total: z.int().nullable().meta({ description: 'Values to bring over; null until they are counted' }),
    done: z.int().meta({ description: 'Values brought over so far' }),
    failed: z.int().meta({ description: 'Values that do not open; they were left as they are' }),
    error: z
      .string()
      .nullable()
      .meta({ description: 'Why it failed, or why it is interrupted at the moment' }),
    requestedBy: z.string(),
    requestedAt: moment,
    startedAt: moment.nullable(),
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'KeyRotation' });
export type KeyRotation = z.infer<typeof keyRotation>;

/** Where the installation stands with its master keys. */
export const masterKeyStatus = z
  .object({
    masterKeyId: z.string().meta({ description: 'A digest that names the current master key' }),
    previousKeyIds: z.array(z.string()).meta({ description: 'The previous master keys that were given' }),
    underOthers: z.int().meta({ description: 'Tenant keys that are not under the current master key yet' }),
    previousMayBeDropped: z
      .boolean()
      .meta({ description: 'Whether MORTISE_MASTER_KEY_PREVIOUS is of no more use' }),
    rotation: keyRotation.nullable().meta({ description: 'The last rotation of the master key' }),
  })
  .meta({ id: 'MasterKeyStatus' });
export type MasterKeyStatus = z.infer<typeof masterKeyStatus>;

/** The key that a tenant's secrets are sealed under; the key itself is told to nobody. */
export const tenantKey = z
  .object({
    createdAt: moment
      .nullable()
      .meta({ description: 'When the key in force was made; null while nothing has been sealed yet' }),
    olderKeys: z
      .int()
      .meta({ description: 'Earlier keys that are kept because something may name them still' }),
  })
  .meta({ id: 'TenantKey' });
export type TenantKey = z.infer<typeof tenantKey>;

export const readTenantKey = defineRoute({
  name: 'readTenantKey',
  method: 'GET',
  path: '/api/vault/key',
  tag,
  summary: "How old the tenant's key is",
  response: tenantKey,
});

export const listRotations = defineRoute({
  name: 'listRotations',
  method: 'GET',
  path: '/api/vault/rotations',
  tag,
  summary: "Rotations of the tenant's key, newest first",
  query: pageQuery,
  response: pageOf(keyRotation),
});

export const startRotation = defineRoute({
  name: 'startRotation',
  method: 'POST',
  path: '/api/vault/rotations',
  tag,
  summary: "Seal all of the tenant's secrets under a new key. Gives the rotation under way when there is one",
  body: z.object({ kind: z.literal('tenant') }),
  response: keyRotation,
  status: 202,
});

export const readMasterRotation = defineRoute({
  name: 'readMasterRotation',
  method: 'GET',
  path: '/api/vault/master-rotation',
  tag,
  summary: 'Master keys in use, and whether the previous one may be dropped (operator key)',
  response: masterKeyStatus,
});

export const startMasterRotation = defineRoute({
  name: 'startMasterRotation',
  method: 'POST',
  path: '/api/vault/master-rotation',
  tag,
  summary: "Wrap every tenant's key under the current master key (operator key)",
  response: masterKeyStatus,
  status: 202,
});
