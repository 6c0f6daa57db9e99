import { createHash } from 'node:crypto';
import { z } from 'zod';
import { callProvider, ProviderError } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { readPage } from './read-page.ts';
import type { Account, ProviderContext } from '../kit/index.ts';

const PAGES = 40;

const user = z.object({
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  email: z.string().min(1),
  user_group: z.object({ name: z.string() }).nullish(),
});

const plan = z.object({
  name: z.string().nullish(),
  status: z.string().nullish(),
  number_of_credits: z.number().nullish(),
});

/**
 * Whose token this is. No call tells an account's id: the owner's address among the users stands in for it
 * (unconfirmed that every token sees the owner, and that an address owns one account alone). It outlives a token,
 * which a digest of the token does not; the digest is what is left when no owner is seen.
 */
export async function account(ctx: ProviderContext): Promise<Account> {
  const owner = await findOwner(ctx);
  const metadata = await readPlan(ctx);
  if (owner === undefined) {
    const token = ctx.credential.kind === 'fields' ? (ctx.credential.values['token'] ?? '') : '';
    const digest = createHash('sha256').update(token).digest('hex').slice(0, 32);
    return { id: `token:${digest}`, name: `ZapSign ${digest.slice(0, 6)}`, metadata };
  }
  const email = owner.email.toLowerCase();
  const name = [owner.first_name, owner.last_name].filter(Boolean).join(' ');
  return { id: email, name: name || email, metadata: { ...metadata, email } };
}

async function findOwner(ctx: ProviderContext): Promise<z.infer<typeof user> | undefined> {
  let page = '1';
  for (let read = 0; read < PAGES; read++) {
    const response = await callProvider({ api, auth }, ctx, {
      method: 'GET',
      url: 'api:/users/',
      query: { page },
    });
    const { records, next } = readPage(response);
    for (const record of records) {
      const one = user.safeParse(record).data;
      if (one?.user_group?.name.toLowerCase() === 'owner') return one;
    }
    if (next === undefined) return undefined;
    page = next;
  }
  return undefined;
}

/** An account without a plan answers 404, which is no fault of the token. */
async function readPlan(ctx: ProviderContext): Promise<Record<string, unknown>> {
  try {
    const response = await callProvider({ api, auth }, ctx, { method: 'GET', url: 'api:/info-plan/' });
    const told = plan.parse(response.json());
    return {
      plan: told.name ?? null,
      planStatus: told.status ?? null,
      credits: told.number_of_credits ?? null,
    };
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'not_found') return { plan: null };
    throw error;
  }
}
