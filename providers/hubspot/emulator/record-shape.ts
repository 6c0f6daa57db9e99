import type { EmulatedRecord } from '../../kit/emulator/index.ts';

const TYPES: Readonly<Record<string, { modified: string; defaults: readonly string[] }>> = {
  contacts: {
    modified: 'lastmodifieddate',
    defaults: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  },
  companies: {
    modified: 'hs_lastmodifieddate',
    defaults: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
  },
};

const WRITABLE: Readonly<Record<string, readonly string[]>> = {
  contacts: [
    'firstname',
    'lastname',
    'email',
    'phone',
    'company',
    'jobtitle',
    'city',
    'country',
    'lifecyclestage',
    'website',
  ],
  companies: ['name', 'domain', 'industry', 'phone', 'city', 'country', 'numberofemployees', 'website'],
};

export function knownType(type: string): boolean {
  return Object.hasOwn(TYPES, type);
}

export function isWritable(type: string, property: string): boolean {
  return WRITABLE[type]?.includes(property) ?? false;
}

/** A property's value as search compares it and answers carry it: texts, times as ISO. */
export function propertyOf(record: EmulatedRecord, name: string): string | null {
  if (name === 'hs_object_id') return record.id;
  if (name === 'createdate') return new Date(record.createdAt).toISOString();
  if (name === TYPES[record.collection]?.modified) return new Date(record.updatedAt).toISOString();
  const value = record.fields[name];
  return value === undefined || value === '' ? null : value;
}

/** A record as the API shows it: the type's default properties, and those asked for. */
export function shape(record: EmulatedRecord, asked: readonly string[] = []): Record<string, unknown> {
  const names = [...new Set([...(TYPES[record.collection]?.defaults ?? []), ...asked])];
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    id: record.id,
    properties: Object.fromEntries(names.map((name) => [name, propertyOf(record, name)])),
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: iso(record.archivedAt) }),
  };
}
