import { z } from 'zod';
import { callProvider } from '../kit/index.ts';
import { api, graph } from './api.ts';
import { auth } from './auth.ts';
import type { Account, HttpRequestSpec, ProviderContext } from '../kit/index.ts';

/** The account the token belongs to: identity, and the cheapest proof that the token is good. */
export const me: HttpRequestSpec = {
  method: 'GET',
  url: `${graph}/me`,
  query: { fields: 'user_id,username,account_type,name' },
};

const profile = z.object({
  user_id: z.string().regex(/^\d+$/),
  id: z.string().optional(),
  username: z.string(),
  account_type: z.string().optional(),
  name: z.string().optional(),
});

/**
 * Whose account it is. `user_id` is the professional account's id, the same for every app and what webhooks call
 * `entry.id`. `id`, which also stands in the token reply under the name `user_id`, is scoped to the app: another app
 * knows the same account by another one.
 */
export async function account(ctx: ProviderContext): Promise<Account> {
  const response = await callProvider({ api, auth }, ctx, me);
  const { user_id: id, id: appScopedId, username, account_type: type, name } = profile.parse(response.json());
  return {
    id,
    name: name || username,
    metadata: {
      username,
      ...(type === undefined ? {} : { accountType: type }),
      ...(appScopedId === undefined ? {} : { appScopedId }),
    },
  };
}
