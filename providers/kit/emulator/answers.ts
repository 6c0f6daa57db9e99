import type { EmulatorRequest, EmulatorResponse } from './types.ts';

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): EmulatorResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** A page. */
export function html(status: number, body: string): EmulatorResponse {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body,
  };
}

/** A redirect to an absolute URL with parameters added. */
export function redirect(to: string, params: Record<string, string>): EmulatorResponse {
  const url = new URL(to);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' } };
}

/** The body as a form. */
export function readForm(request: EmulatorRequest): URLSearchParams {
  return new URLSearchParams(Buffer.from(request.body).toString());
}

/** The body as a JSON object; undefined when it is none. */
export function readJson(request: EmulatorRequest): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(Buffer.from(request.body).toString()) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The bearer token of a request. */
export function bearerOf(request: EmulatorRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
}
