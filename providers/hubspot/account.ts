import { z } from 'zod';
import { buildRequest, callProvider, readPath } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import type { Account, ProviderContext } from '../kit/index.ts';

const details = z.object({
  portalId: z.number().int(),
  accountType: z.string().optional(),
  timeZone: z.string().optional(),
  uiDomain: z.string().optional(),
  dataHostingLocation: z.string().optional(),
});

/**
 * The portal the token opens. Its id comes from account-info, which any token may read; its name and the person
 * who connected come from introspection, which needs the OAuth client. An answer to the second is a nicety: without
 * it the portal is named by its number.
 */
export async function account(ctx: ProviderContext): Promise<Account> {
  const response = await callProvider({ api, auth }, ctx, {
    method: 'GET',
    url: 'api:/account-info/v3/details',
  });
  const { portalId, ...metadata } = details.parse(response.json());
  const told = await introspect(ctx);
  const domain = readPath(told, 'hub_domain');
  const user = readPath(told, 'user');
  return {
    id: String(portalId),
    name: typeof domain === 'string' ? domain : `HubSpot ${portalId}`,
    metadata: { ...metadata, ...(typeof user === 'string' ? { connectedBy: user } : {}) },
  };
}

async function introspect(ctx: ProviderContext): Promise<unknown> {
  if (ctx.client === undefined || ctx.credential.kind !== 'oauth2') return undefined;
  const form = {
    client_id: ctx.client.id,
    client_secret: ctx.client.secret,
    token: ctx.credential.tokens.accessToken,
    token_type_hint: 'access_token',
  };
  const request = buildRequest(ctx.hosts, { method: 'POST', url: 'api:/oauth/v3/token/introspect', form });
  const response = await ctx.http(request);
  if (response.status !== 200) return undefined;
  try {
    return response.json();
  } catch {
    return undefined;
  }
}
