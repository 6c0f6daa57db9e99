import { z } from 'zod';
import { callProvider } from '../kit/index.ts';
import { api, meSpec } from './api.ts';
import { auth } from './auth.ts';
import type { Account, ProviderContext } from '../kit/index.ts';

export { meSpec as me } from './api.ts';

const user = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  created_utc: z.number().optional(),
  total_karma: z.number().optional(),
});

/** Whose token it is. The answer is the person's, flat, and not wrapped as things elsewhere are. */
export async function account(ctx: ProviderContext): Promise<Account> {
  const response = await callProvider({ api, auth }, ctx, meSpec);
  const { id, name, created_utc, total_karma } = user.parse(response.json());
  return {
    id,
    name: `u/${name}`,
    metadata: {
      username: name,
      ...(created_utc === undefined ? {} : { createdAt: new Date(created_utc * 1000).toISOString() }),
      ...(total_karma === undefined ? {} : { karma: total_karma }),
    },
  };
}
