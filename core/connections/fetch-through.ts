import type { Egress } from '@mortise/platform/egress';
import { fullUrl, type Http, type HttpRequest, type HttpResponse } from '@mortise/providers/kit';

const usualMaxBytes = 32 * 1024 * 1024;

/** The kit's way out, through the egress guard. No redirects: a provider's API that redirects is an error. */
export function httpThrough(
  egress: Egress,
  signal?: AbortSignal,
  maxResponseBytes: number = usualMaxBytes,
): Http {
  return async (request: HttpRequest): Promise<HttpResponse> => {
    const answer = await egress.request({
      method: request.method,
      url: fullUrl(request),
      headers: request.headers,
      timeoutMs: request.timeoutMs ?? 30_000,
      maxResponseBytes,
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: answer.body,
      text: () => answer.text(),
      json: () => answer.json(),
    };
  };
}
