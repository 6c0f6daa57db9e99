import { z } from 'zod';
import { callProvider, ProviderError, readPath } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import type { Account, HttpRequestSpec, ProviderContext } from '../kit/index.ts';

/** The cheapest call: who the token's person is. It needs no scope. */
export const profile: HttpRequestSpec = { method: 'POST', url: 'rest:/profile', json: {}, idempotent: true };

const text = z.union([z.string(), z.number()]).transform(String);

const person = z.object({
  result: z.object({
    ID: text,
    ADMIN: z.boolean().optional(),
    NAME: z.string().nullish(),
    LAST_NAME: z.string().nullish(),
  }),
});

/**
 * The portal the token opens, by its `member_id`: addresses change, and that does not. The token reply tells it, the
 * portal's own methods do not; `profile` proves that the token works, and names the person behind it.
 */
export async function account(ctx: ProviderContext): Promise<Account> {
  const extra = ctx.credential.kind === 'oauth2' ? ctx.credential.tokens.extra : undefined;
  const memberId = readPath(extra, 'member_id');
  if (typeof memberId !== 'string' || memberId === '') {
    throw new ProviderError({
      kind: 'provider_error',
      message: 'Bitrix24 did not say which portal the token belongs to',
    });
  }
  const response = await callProvider({ api, auth }, ctx, profile);
  const { result } = person.parse(response.json());
  const told = [readPath(extra, 'portal'), readPath(extra, 'client_endpoint')];
  const [portal = memberId] = told.filter((one) => typeof one === 'string');
  const status = readPath(extra, 'status');
  return {
    id: memberId,
    name: URL.canParse(portal) ? new URL(portal).host : portal,
    metadata: {
      userId: result.ID,
      user: [result.NAME, result.LAST_NAME].filter(Boolean).join(' '),
      admin: result.ADMIN ?? false,
      ...(typeof status === 'string' ? { appStatus: status } : {}),
    },
  };
}
