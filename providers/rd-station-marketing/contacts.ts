import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { listContacts, readContacts } from './list-contacts.ts';
import { PAGE_SIZE } from './segmentations.ts';
import type { FieldSpec, FieldValues, HttpResponse } from '../kit/index.ts';

const shape = z.looseObject({
  uuid: z.string().min(1),
  email: z.string().nullish(),
  name: z.string().nullish(),
});

const text = (name: string, label: string, type: FieldSpec['type'] = 'string'): FieldSpec => ({
  name,
  label,
  type,
  writable: true,
});

const fields: readonly FieldSpec[] = [
  text('name', 'Name'),
  { ...text('email', 'E-mail', 'email'), required: true },
  text('job_title', 'Job title'),
  text('personal_phone', 'Phone', 'phone'),
  text('mobile_phone', 'Mobile', 'phone'),
  text('city', 'City'),
  text('state', 'State'),
  text('country', 'Country'),
  text('website', 'Website', 'url'),
  text('bio', 'Biography'),
  text('twitter', 'Twitter'),
  text('facebook', 'Facebook'),
  text('linkedin', 'LinkedIn'),
  text('tags', 'Tags', 'json'),
  text('legal_bases', 'Legal bases', 'json'),
  text('custom_fields', 'Custom fields', 'json'),
];

// By its id in the prefixed form: a change of the e-mail is then no conflict with the address it is found by.
const at = (uuid: string): string => `api:/platform/contacts/uuid:${encodeURIComponent(uuid)}`;
const read = (response: HttpResponse): unknown => response.json();

/**
 * Leads and customers. They have no time of change, so they are read whole; what a segmentation tells of each may be
 * less than a look at one does (unconfirmed): what is not told is empty. A contact may be changed 24 times in 24
 * hours; the 429 after that is told of this contact alone.
 */
export const contacts = resource<z.infer<typeof shape>>({
  name: 'contacts',
  label: 'Contacts',
  eventPrefix: 'contact',
  schema: shape,
  idOf: (raw) => raw.uuid,
  display: ({ uuid, name, email }) => ({
    title: name || email || `Contact ${uuid}`,
    ...(name && email ? { subtitle: email } : {}),
  }),
  fieldsOf: (raw) =>
    Object.fromEntries(
      fields.map(({ name }) => [name, name === 'custom_fields' ? customOf(raw) : (raw[name] ?? null)]),
    ),
  fields,
  pageSize: PAGE_SIZE,
  list: listContacts,
  readPage: readContacts,
  get: { request: (id) => ({ method: 'GET', url: at(id) }), read },
  create: {
    request: (given) => ({ method: 'POST', url: 'api:/platform/contacts', json: body(given) }),
    read,
  },
  update: {
    request: (id, given) => ({ method: 'PATCH', url: at(id), idempotent: true, json: body(given) }),
    read,
  },
  delete: { request: (id) => ({ method: 'DELETE', url: at(id) }) },
});

/** Every account's own fields stand among the others, named `cf_…`. */
function customOf(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => name.startsWith('cf_')));
}

function body({ custom_fields, ...given }: FieldValues): Record<string, unknown> {
  const custom = typeof custom_fields === 'object' && custom_fields !== null ? custom_fields : {};
  return { ...given, ...customOf(custom as Record<string, unknown>) };
}
