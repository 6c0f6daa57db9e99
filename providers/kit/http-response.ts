import type { HttpResponse } from './types.ts';

const decoder = new TextDecoder();

/** An `HttpResponse` from its parts, for drivers and tests. Header names are lowered. */
export function httpResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string,
): HttpResponse {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: bytes,
    text: () => decoder.decode(bytes),
    json: () => JSON.parse(decoder.decode(bytes)) as unknown,
  };
}
