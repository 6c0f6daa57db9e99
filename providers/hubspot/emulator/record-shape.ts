import { linkedIds, showLinks } from './associations.ts';
import { PIPELINES, PLACES } from './pipelines.ts';
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
  deals: {
    modified: 'hs_lastmodifieddate',
    defaults: [
      'amount',
      'closedate',
      'createdate',
      'dealname',
      'dealstage',
      'hs_lastmodifieddate',
      'hs_object_id',
      'pipeline',
    ],
  },
  tickets: {
    modified: 'hs_lastmodifieddate',
    defaults: [
      'content',
      'createdate',
      'hs_lastmodifieddate',
      'hs_object_id',
      'hs_pipeline',
      'hs_pipeline_stage',
      'hs_ticket_category',
      'hs_ticket_priority',
      'subject',
    ],
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
  deals: [
    'dealname',
    'amount',
    'deal_currency_code',
    'pipeline',
    'dealstage',
    'closedate',
    'dealtype',
    'description',
    'hubspot_owner_id',
  ],
  tickets: [
    'subject',
    'content',
    'hs_pipeline',
    'hs_pipeline_stage',
    'hs_ticket_priority',
    'hs_ticket_category',
    'source_type',
    'hubspot_owner_id',
  ],
};

export function knownType(type: string): boolean {
  return Object.hasOwn(TYPES, type);
}

export function isWritable(type: string, property: string): boolean {
  return WRITABLE[type]?.includes(property) ?? false;
}

/** The scope for a type; that of tickets covers reading and writing. */
export function scopeOf(type: string, right: 'read' | 'write'): string {
  return type === 'tickets' ? 'tickets' : `crm.objects.${type}.${right}`;
}

/**
 * Puts a record of these fields into a pipeline, the default one where none is named; a text says what is wrong
 * with its place. Contacts and companies have none.
 */
export function placed(
  type: string,
  fields: Readonly<Record<string, string>>,
): { fields: Record<string, string> } | string {
  const place = PLACES[type];
  const pipelines = PIPELINES[type];
  if (place === undefined || pipelines === undefined) return { fields: { ...fields } };
  const id = fields[place.pipeline] || pipelines[0].id;
  const pipeline = pipelines.find((one) => one.id === id);
  if (pipeline === undefined) return `${id} is not a pipeline of ${type}`;
  const stage = fields[place.stage] ?? '';
  // Deals that name no stage start at the first one; that tickets must name theirs is unconfirmed.
  if (stage === '' && type === 'tickets') return `${place.stage} is required`;
  const known = stage === '' ? pipeline.stages[0] : pipeline.stages.find((one) => one.id === stage);
  if (known === undefined) return `${stage} is not a stage of the pipeline ${pipeline.id}`;
  return { fields: { ...fields, [place.pipeline]: pipeline.id, [place.stage]: known.id } };
}

/** A property's value as search compares it and answers carry it: texts, times as ISO. */
export function propertyOf(record: EmulatedRecord, name: string): string | null {
  if (name === 'hs_object_id') return record.id;
  if (name === 'createdate') return new Date(record.createdAt).toISOString();
  if (name === TYPES[record.collection]?.modified) return new Date(record.updatedAt).toISOString();
  if (name === 'hs_primary_associated_company') return linkedIds(record, 'companies')[0] ?? null;
  const value = name.startsWith(':') ? undefined : record.fields[name];
  return value === undefined || value === '' ? null : value;
}

/** A record as the API shows it: the type's default properties, and the properties and links asked for. */
export function shape(
  record: EmulatedRecord,
  asked: readonly string[] = [],
  linked: readonly string[] = [],
): Record<string, unknown> {
  const associations = showLinks(record, linked);
  const names = [...new Set([...(TYPES[record.collection]?.defaults ?? []), ...asked])];
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    id: record.id,
    properties: Object.fromEntries(names.map((name) => [name, propertyOf(record, name)])),
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: iso(record.archivedAt) }),
    ...(associations === undefined ? {} : { associations }),
  };
}
