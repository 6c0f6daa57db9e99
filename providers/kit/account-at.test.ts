import { expect, test } from 'vitest';
import { accountAt } from './account-at.ts';
import { bearer } from './auth/fields-auth.ts';
import { httpResponse } from './http-response.ts';
import { jsonApi } from './json-api.ts';
import type { ProviderContext } from './types.ts';

const api = jsonApi({ rateLimits: { default: { requests: 1, perMs: 1 } }, errors: { code: 'e.code' } });
const answering = (status: number, body: unknown): ProviderContext => ({
  hosts: { api: 'https://api.example' },
  now: () => new Date(0),
  credential: { kind: 'fields', values: { token: 't' } },
  http: () => Promise.resolve(httpResponse(status, {}, JSON.stringify(body))),
});
const whoAmI = accountAt(
  { api, auth: bearer() },
  { method: 'GET', url: 'api:/me' },
  { id: 'team.id', name: 'team.name', metadata: { plan: 'plan.name' } },
);

test('an account is its id, its name where it has one, and what else is asked for', async () => {
  expect(await whoAmI(answering(200, { team: { id: 42, name: 'One' }, plan: { name: 'big' } }))).toEqual({
    id: '42',
    name: 'One',
    metadata: { plan: 'big' },
  });
  expect(await whoAmI(answering(200, { team: { id: 'a', name: '' } }))).toEqual({
    id: 'a',
    name: 'a',
    metadata: { plan: null },
  });
});

test('an answer without an id is no account, nor is a number that has lost its last digits', async () => {
  for (const id of [undefined, '', null, {}, 2 ** 60])
    await expect(whoAmI(answering(200, { team: { id } }))).rejects.toThrow(SyntaxError);
  await expect(whoAmI(answering(401, { e: { code: 7 } }))).rejects.toMatchObject({
    kind: 'auth_expired',
    problem: { providerCode: '7' },
  });
});
