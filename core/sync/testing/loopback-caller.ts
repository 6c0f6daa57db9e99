import { Agent, request as send } from 'node:http';
import { callProvider, httpResponse, ProviderError, type Http, type Provider } from '@mortise/providers/kit';
import { ProviderCallError, type ProviderCaller } from '../../connections/caller.ts';

const agent = new Agent({ keepAlive: true });

/** Calls over plain HTTP through the kit's own flow, with no retry, for providers on loopback. */
export function loopbackCaller(provider: Provider): ProviderCaller {
  return {
    open: async (tenantId, connectionId) => ({
      tenantId,
      connectionId,
      integrationId: '00000000-0000-0000-0000-000000000000',
      provider,
      async call(spec, options) {
        const credential = { kind: 'fields' as const, values: { token: 'test' } };
        const { hosts } = provider;
        try {
          return await callProvider(
            provider,
            { hosts, http: http(options?.signal), now: () => new Date(), credential },
            spec,
          );
        } catch (error) {
          if (!(error instanceof ProviderError)) throw error;
          throw new ProviderCallError(error.problem, {
            needsReconnect: error.kind === 'revoked' || error.kind === 'auth_expired',
          });
        }
      },
    }),
  };
}

const http =
  (signal: AbortSignal | undefined): Http =>
  ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const request = send(
        url,
        { method, headers, agent, ...(signal === undefined ? {} : { signal }) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const told = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
            resolve(
              httpResponse(
                response.statusCode ?? 0,
                Object.fromEntries(told) as Record<string, string>,
                Buffer.concat(chunks),
              ),
            );
          });
        },
      );
      request.once('error', reject);
      request.end(body);
    });
