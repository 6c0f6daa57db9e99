import { expect, test } from 'vitest';
import { buildRequest, fullUrl } from './build-request.ts';
import { resolveHosts, resolveUrl } from './resolve-url.ts';

const hosts = { api: 'https://api.example.com', portal: 'https://{portal}/rest/' };

test('a reference names a host and a path, in either form', () => {
  expect(resolveUrl(hosts, 'api:/v1/a:b')).toBe('https://api.example.com/v1/a:b');
  expect(resolveUrl(hosts, { host: 'api', path: '/v1' })).toBe('https://api.example.com/v1');
});

test('an override keeps its own path: an emulator may be mounted anywhere', () => {
  const mounted = resolveHosts(hosts, { api: 'http://127.0.0.1:4010/x/api/' });
  expect(resolveUrl(mounted, 'api:/v1')).toBe('http://127.0.0.1:4010/x/api/v1');
});

test('a per-account host is filled from what the connection knows, and refused until then', () => {
  expect(() => resolveUrl(hosts, 'portal:/me')).toThrow(/not known yet/);
  expect(resolveUrl(resolveHosts(hosts, {}, { portal: 'acme.example' }), 'portal:/me')).toBe(
    'https://acme.example/rest/me',
  );
});

test('unknown hosts and paths that could extend a host are refused', () => {
  expect(() => resolveUrl(hosts, 'nowhere:/x')).toThrow(/unknown host/);
  expect(() => resolveUrl(hosts, 'api:.evil.example/x')).toThrow(/start with/);
  expect(() => resolveUrl(hosts, 'constructor:/x')).toThrow(/unknown host/);
  expect(() => resolveHosts(hosts, { apii: 'https://x.example' })).toThrow(/unknown host/);
});

test('a spec becomes one wire request: repeated parameters, form or JSON, lower-case headers, own headers win', () => {
  const get = buildRequest(hosts, {
    method: 'GET',
    url: 'api:/x?a=1',
    query: { b: ['1', '2'], c: undefined, d: false },
  });
  expect(get.url).toBe('https://api.example.com/x?a=1&b=1&b=2&d=false');
  const post = buildRequest(
    hosts,
    { method: 'POST', url: 'api:/x', form: { a: 'ç &' }, headers: { 'User-Agent': 'own' }, timeoutMs: 5 },
    { 'user-agent': 'provider', 'X-Version': '2' },
  );
  expect(post).toEqual({
    method: 'POST',
    url: 'https://api.example.com/x',
    body: 'a=%C3%A7+%26',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'own',
      'x-version': '2',
    },
    timeoutMs: 5,
  });
  expect(buildRequest(hosts, { method: 'POST', url: 'api:/x', json: { a: 1 } }).body).toBe('{"a":1}');
  expect(fullUrl({ ...get, query: { key: 'k&' } })).toBe(
    'https://api.example.com/x?a=1&b=1&b=2&d=false&key=k%26',
  );
});
