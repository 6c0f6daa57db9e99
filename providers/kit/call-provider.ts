import { buildRequest } from './build-request.ts';
import { ProviderError } from './provider-error.ts';
import type { Api, Auth, HttpRequestSpec, HttpResponse, ProviderContext } from './types.ts';

/**
 * One authenticated call: build, authenticate, send, classify. No budget and no retry: those are core's.
 * Returns the answer when the verdict is ok, throws ProviderError otherwise.
 */
export async function callProvider(
  provider: { api: Api; auth: Auth },
  ctx: ProviderContext,
  spec: HttpRequestSpec,
): Promise<HttpResponse> {
  const now = ctx.now();
  const bare = buildRequest(ctx.hosts, spec, provider.api.headers);
  const response = await ctx.http(provider.auth.authenticate(bare, ctx.credential, now));
  const verdict = provider.api.classify(response, ctx.now());
  if (verdict.kind !== 'ok') throw new ProviderError(verdict, response.status);
  return response;
}
