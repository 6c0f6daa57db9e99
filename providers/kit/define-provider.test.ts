import { expect, test } from 'vitest';
import { z } from 'zod';
import { bearer } from './auth/fields-auth.ts';
import { callProvider } from './call-provider.ts';
import { classifier } from './classifier.ts';
import { defineProvider, resource } from './define-provider.ts';
import { httpResponse } from './http-response.ts';
import type { HttpRequest, Provider, Resource } from './types.ts';

const things = resource<{ id: string }>({
  name: 'things',
  label: 'Things',
  eventPrefix: 'thing',
  schema: z.object({ id: z.string() }),
  idOf: (raw) => raw.id,
  display: (raw) => ({ title: raw.id }),
  fieldsOf: () => ({}),
  fields: [],
  pageSize: 10,
  list: () => ({ method: 'GET', url: 'api:/things' }),
  readPage: () => ({ records: [] }),
});

const provider = (change: Partial<Provider> = {}, thing: Resource = things): Provider => ({
  id: 'acme',
  name: 'Acme',
  category: 'other',
  description: '',
  logo: new URL('file:///x.svg'),
  docsUrl: '',
  hosts: { api: 'https://api.example' },
  auth: bearer(),
  api: {
    rateLimits: { default: { requests: 1, perMs: 1000 } },
    headers: { 'User-Agent': 'acme' },
    readRateHeaders: () => undefined,
    classify: classifier(),
  },
  test: { method: 'GET', url: 'api:/me' },
  account: () => Promise.resolve({ id: '1', name: 'One', metadata: {} }),
  resources: { things: thing },
  ...change,
});

test('a slip in a definition is found when it is loaded', () => {
  expect(defineProvider(provider()).id).toBe('acme');
  expect(() => defineProvider(provider({ id: 'Acme CRM' }))).toThrow(/id must be/);
  expect(() => defineProvider(provider({ test: { method: 'GET', url: 'app:/me' } }))).toThrow(/unknown host/);
  expect(() => defineProvider(provider({ resources: { others: things } }))).toThrow(/calls itself/);
  expect(() => defineProvider(provider({}, { ...things, eventPrefix: 'A.b' }))).toThrow(/eventPrefix/);
  const list: Resource['list'] = () => ({ method: 'GET', url: 'api:/x', budget: 'search' });
  expect(() => defineProvider(provider({}, { ...things, list }))).toThrow(/no budget/);
  const flagged = (flag: string, reason: string) => () =>
    defineProvider(provider({ availability: { flag, reason } }));
  expect(flagged('Acme!', 'risky')).toThrow(/a flag must be/);
  expect(flagged('acme', ' ')).toThrow(/must say why/);
  expect(flagged('acme', 'risky')).not.toThrow();
  const incremental = { lookBackMs: 0, maxResults: 5, request: () => things.list({ limit: 1 }) };
  expect(() => defineProvider(provider({}, { ...things, incremental }))).toThrow(/without ties/);
  const newest = { lookBackMs: 0, newestFirst: true, request: () => things.list({ limit: 1 }) };
  expect(() => defineProvider(provider({}, { ...things, incremental: newest }))).toThrow(
    /never find its end/,
  );
});

test('a call is built, authenticated, sent and judged', async () => {
  const sent: HttpRequest[] = [];
  const call = (status: number) =>
    callProvider(
      provider(),
      {
        hosts: { api: 'https://api.example' },
        now: () => new Date(0),
        credential: { kind: 'fields', values: { token: 't' } },
        http: (request) => {
          sent.push(request);
          return Promise.resolve(httpResponse(status, {}, '{}'));
        },
      },
      { method: 'GET', url: 'api:/me' },
    );
  expect((await call(200)).status).toBe(200);
  expect(sent[0]).toMatchObject({
    url: 'https://api.example/me',
    headers: { authorization: 'Bearer t', 'user-agent': 'acme' },
  });
  await expect(call(404)).rejects.toMatchObject({ kind: 'not_found', status: 404 });
});
