import { z } from 'zod';
import { callProvider } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import type { Account, ProviderContext } from '../kit/index.ts';

const info = z.looseObject({ name: z.string().trim().min(1) });

/**
 * Whose account this is: its name is all that is told. The name is therefore its id (unconfirmed that no two accounts
 * share one): an account that is renamed looks like another, which a reconnection tells and does not hide.
 */
export async function account(ctx: ProviderContext): Promise<Account> {
  const response = await callProvider({ api, auth }, ctx, {
    method: 'GET',
    url: 'api:/marketing/account_info',
  });
  const { name } = info.parse(response.json());
  return { id: name, name, metadata: {} };
}
