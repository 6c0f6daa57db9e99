import { z } from 'zod';
import { callProvider, ProviderError } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { PAGE_SIZE, readPlainPage } from './pages.ts';
import type { Account, ProviderContext } from '../kit/index.ts';

const user = z.object({ id: z.string().min(1), name: z.string().nullish(), email: z.string().nullish() });

/**
 * Whose account this is. No call tells it: its oldest user stands in for it (unconfirmed). Ids begin with the time at
 * which they were made, so the smallest is the first: whoever opened the account, and no later user changes that.
 */
export async function account(ctx: ProviderContext): Promise<Account> {
  let oldest: z.infer<typeof user> | undefined;
  let page: string | undefined = '1';
  while (page !== undefined) {
    const response = await callProvider({ api, auth }, ctx, {
      method: 'GET',
      url: 'api:/crm/v2/users',
      query: { 'page[number]': page, 'page[size]': PAGE_SIZE },
    });
    const { records, next } = readPlainPage(response);
    for (const record of records) {
      const one = user.parse(record);
      if (oldest === undefined || one.id < oldest.id) oldest = one;
    }
    page = next;
  }
  if (oldest === undefined) {
    throw new ProviderError({
      kind: 'provider_error',
      message: 'the account shows no users, not even its own',
    });
  }
  const email = oldest.email ?? undefined;
  const name = email?.split('@')[1] ?? oldest.name ?? `RD Station CRM ${oldest.id.slice(-6)}`;
  return { id: oldest.id, name, metadata: { firstUser: oldest.name ?? null, firstUserEmail: email ?? null } };
}
