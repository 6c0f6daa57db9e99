import { z } from 'zod';
import { callProvider } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import type { Account, HttpRequestSpec, ProviderContext } from '../kit/index.ts';

/** Whose token it is: identity, and the cheapest proof that the token is good. */
export const profile: HttpRequestSpec = {
  method: 'GET',
  url: 'api:/v2/user/info/',
  query: { fields: 'open_id,union_id,avatar_url,display_name' },
};

const answer = z.object({
  data: z.object({
    user: z.object({
      open_id: z.string().min(1),
      union_id: z.string().optional(),
      display_name: z.string().optional(),
    }),
  }),
});

/**
 * The account, by its open id: TikTok's name of it for this app, and the one that webhooks use. The union id is the
 * same in all apps of one developer. The picture's address is signed and lapses: it is not kept.
 */
export async function account(ctx: ProviderContext): Promise<Account> {
  const response = await callProvider({ api, auth }, ctx, profile);
  const { open_id: id, union_id: unionId, display_name: name } = answer.parse(response.json()).data.user;
  return { id, name: name || 'TikTok account', metadata: unionId === undefined ? {} : { unionId } };
}
