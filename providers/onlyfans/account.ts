import { accountAt } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';

/** The team whose key this is. Its slug is its id; that a slug never changes is unconfirmed. */
export const account = accountAt(
  { api, auth },
  { method: 'GET', url: 'api:/api/whoami' },
  { id: 'team.slug', name: 'team.name', metadata: { apiKeyName: 'api_key.name' } },
);
