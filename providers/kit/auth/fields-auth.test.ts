import { expect, test } from 'vitest';
import { apiKey, basic, bearer, custom, sigv4 } from './fields-auth.ts';
import { fullUrl } from '../build-request.ts';
import type { Credential, HttpRequest } from '../types.ts';

const request: HttpRequest = { method: 'GET', url: 'https://api.example', headers: { accept: 'x' } };
const now = new Date(0);
const of = (values: Record<string, string>): Credential => ({ kind: 'fields', values });
const field = (name: string) => ({ name, label: name, secret: true, required: true });

test('each kind puts its secret where it belongs and leaves the request it was given alone', () => {
  expect(apiKey({ header: 'X-Api-Key' }).authenticate(request, of({ apiKey: 'k' }), now).headers).toEqual({
    accept: 'x',
    'x-api-key': 'k',
  });
  expect(apiKey({ query: 'api_token' }).authenticate(request, of({ apiKey: 'k' }), now).query).toEqual({
    api_token: 'k',
  });
  const prefixed = apiKey({ header: 'Authorization', prefix: 'Token ' });
  expect(prefixed.authenticate(request, of({ apiKey: 'k' }), now).headers['authorization']).toBe('Token k');
  expect(bearer().authenticate(request, of({ token: 't' }), now).headers['authorization']).toBe('Bearer t');
  const pair = basic(field('sid'), field('secret')).authenticate(request, of({ sid: 'a', secret: 'é' }), now);
  expect(pair.headers['authorization']).toBe(`Basic ${Buffer.from('a:é').toString('base64')}`);
  const alone = basic(field('key')).authenticate(request, of({ key: 'w' }), now);
  expect(alone.headers['authorization']).toBe(`Basic ${Buffer.from('w:').toString('base64')}`);
  expect(request).toEqual({ method: 'GET', url: 'https://api.example', headers: { accept: 'x' } });
});

test('a key in the query joins what is there, escaped, and is not in the address that was built', () => {
  const asked = { ...request, url: 'https://api.example/list?page=2' };
  const sent = apiKey({ query: 'key' }).authenticate(asked, of({ apiKey: 'a&b=c d' }), now);
  expect(sent.url).toBe(asked.url);
  expect(fullUrl(sent)).toBe('https://api.example/list?page=2&key=a%26b%3Dc+d');
});

test('own schemes are given the values and the time', () => {
  const sign = (one: HttpRequest, values: Readonly<Record<string, string>>, at: Date) => ({
    ...one,
    headers: { signed: `${values['id']}@${at.getTime()}` },
  });
  for (const auth of [
    sigv4({ fields: [field('id')], sign }),
    custom({ fields: [field('id')], authenticate: sign }),
  ]) {
    expect(auth.authenticate(request, of({ id: 'me' }), now).headers).toEqual({ signed: 'me@0' });
  }
});

test('tokens are no typed-in fields', () => {
  const tokens: Credential = { kind: 'oauth2', tokens: { accessToken: 't', tokenType: 'Bearer' } };
  expect(() => bearer().authenticate(request, tokens, now)).toThrow(TypeError);
});
