import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { accountsOf, idShape, known } from './shapes.ts';

const record = z.object({
  id: z.string().startsWith('acct_'),
  onlyfans_id: idShape.nullish(),
  onlyfans_username: z.string().nullish(),
  display_name: z.string().nullish(),
  is_authenticated: z.boolean().nullish(),
  authentication_progress: z.string().nullish(),
});

const KEPT = Object.keys(record.shape);

/** The creators that are connected to the team. They are connected and disconnected at the gateway. */
export const creators = resource<z.infer<typeof record>>({
  name: 'creators',
  label: 'Creators',
  eventPrefix: 'creator',
  schema: record,
  idOf: (raw) => raw.id,
  display: (raw) => ({
    title: raw.display_name || raw.onlyfans_username || raw.id,
    ...(raw.onlyfans_username ? { subtitle: `@${raw.onlyfans_username}` } : {}),
  }),
  fieldsOf: (raw) => ({
    username: known(raw.onlyfans_username),
    display_name: known(raw.display_name),
    onlyfans_id: raw.onlyfans_id === undefined || raw.onlyfans_id === null ? null : String(raw.onlyfans_id),
    is_authenticated: known(raw.is_authenticated),
    authentication_progress: known(raw.authentication_progress),
  }),
  fields: [
    { name: 'username', label: 'User name', type: 'string', writable: false },
    { name: 'display_name', label: 'Name', type: 'string', writable: false },
    { name: 'onlyfans_id', label: 'OnlyFans id', type: 'string', writable: false },
    { name: 'is_authenticated', label: 'Session is good', type: 'boolean', writable: false },
    { name: 'authentication_progress', label: 'Authentication', type: 'string', writable: false },
  ],
  // All of them in one answer.
  pageSize: 1000,
  list: () => ({ method: 'GET', url: 'api:/api/accounts' }),
  // The rest of an account holds secrets of the creator's session, which must not even reach the quarantine.
  readPage: (response) => ({
    records: accountsOf(response).map((raw) =>
      typeof raw === 'object' && raw !== null
        ? Object.fromEntries(Object.entries(raw).filter(([name]) => KEPT.includes(name)))
        : null,
    ),
  }),
  delete: { request: (id) => ({ method: 'DELETE', url: `api:/api/accounts/${encodeURIComponent(id)}` }) },
});
