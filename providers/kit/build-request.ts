import { resolveUrl } from './resolve-url.ts';
import type { Hosts, HttpRequest, HttpRequestSpec } from './types.ts';

/**
 * The wire form of a spec, not yet authenticated: absolute URL with its query, body encoded, content type set.
 * `headers` are the provider's own (`api.headers`); the spec's win. Header names come out in lower case.
 */
export function buildRequest(
  hosts: Hosts,
  spec: HttpRequestSpec,
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  const url = new URL(resolveUrl(hosts, spec.url));
  for (const [name, value] of Object.entries(spec.query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  const request: HttpRequest = {
    method: spec.method,
    url: url.href,
    headers: { accept: 'application/json' },
  };
  if (spec.json !== undefined) {
    request.body = JSON.stringify(spec.json);
    request.headers['content-type'] = 'application/json';
  } else if (spec.form !== undefined) {
    request.body = new URLSearchParams(spec.form).toString();
    request.headers['content-type'] = 'application/x-www-form-urlencoded';
  } else if (spec.body !== undefined) {
    request.body = spec.body;
  }
  for (const [name, value] of [...Object.entries(headers), ...Object.entries(spec.headers ?? {})]) {
    request.headers[name.toLowerCase()] = value;
  }
  if (spec.timeoutMs !== undefined) request.timeoutMs = spec.timeoutMs;
  return request;
}

/** The URL a driver sends to: `request.url` with `request.query` added. */
export function fullUrl(request: HttpRequest): string {
  if (request.query === undefined) return request.url;
  const url = new URL(request.url);
  for (const [name, value] of Object.entries(request.query)) url.searchParams.append(name, value);
  return url.href;
}
