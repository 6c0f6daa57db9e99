import { z } from 'zod';
import { callProvider } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import type { Account, ProviderContext } from '../kit/index.ts';

const whoami = z.object({
  api_key: z.object({ name: z.string().nullish() }).nullish(),
  team: z.object({ name: z.string().nullish(), slug: z.string().min(1) }),
});

/** The team whose key this is. Its slug is its id; that a slug never changes is unconfirmed. */
export async function account(ctx: ProviderContext): Promise<Account> {
  const response = await callProvider({ api, auth }, ctx, { method: 'GET', url: 'api:/api/whoami' });
  const { api_key: key, team } = whoami.parse(response.json());
  return { id: team.slug, name: team.name || team.slug, metadata: { apiKeyName: key?.name ?? null } };
}
