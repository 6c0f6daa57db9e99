import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { readPage } from './read-page.ts';
import { filled } from './shapes.ts';

const shape = z.object({
  token: z.string().min(1),
  name: z.string(),
  template_type: z.string().nullish(),
  active: z.boolean().nullish(),
  folder_path: z.string().nullish(),
  lang: z.string().nullish(),
  created_at: z.iso.datetime(),
  last_update_at: z.iso.datetime(),
});

/** Templates that documents are made from: read whole, there is no filter of any kind. */
export const templates = resource<z.infer<typeof shape>>({
  name: 'templates',
  label: 'Templates',
  eventPrefix: 'template',
  schema: shape,
  idOf: (raw) => raw.token,
  updatedAtOf: (raw) => new Date(raw.last_update_at),
  display: ({ name, token, template_type }) => ({
    title: name || `Template ${token}`,
    ...(filled(template_type) === null ? {} : { subtitle: template_type ?? '' }),
  }),
  fieldsOf: (raw) => ({
    name: raw.name,
    template_type: filled(raw.template_type),
    active: raw.active ?? null,
    folder_path: filled(raw.folder_path),
    lang: filled(raw.lang),
    created_at: raw.created_at,
  }),
  fields: [
    { name: 'name', label: 'Name', type: 'string', writable: false },
    { name: 'template_type', label: 'Type', type: 'enum', writable: false },
    { name: 'active', label: 'Active', type: 'boolean', writable: false },
    { name: 'folder_path', label: 'Folder', type: 'string', writable: false },
    { name: 'lang', label: 'Language', type: 'enum', writable: false },
    { name: 'created_at', label: 'Created', type: 'datetime', writable: false },
  ],
  pageSize: 20,
  list: (args) => ({ method: 'GET', url: 'api:/templates/', query: { page: args.cursor ?? '1' } }),
  readPage,
  get: {
    request: (id) => ({ method: 'GET', url: `api:/templates/${encodeURIComponent(id)}/` }),
    read: (response) => response.json(),
  },
});
