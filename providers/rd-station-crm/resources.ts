import { readPath } from '../kit/index.ts';
import { objects } from './objects.ts';
import type { CrmField, CrmRecord } from './objects.ts';

const field = (
  name: string,
  label: string,
  type: CrmField['type'],
  more: Partial<Pick<CrmField, 'required' | 'readAs' | 'writeAs' | 'writable'>> = {},
): CrmField => ({ name, label, type, writable: true, ...more });

const customFields = field('custom_fields', 'Custom fields', 'json');
const required = { required: true };

/** The texts of a list of objects: `[{ email }]`. */
const textsOf = (raw: CrmRecord, list: string, key: string): string[] => {
  const entries = raw[list];
  return Array.isArray(entries)
    ? entries.map((entry) => readPath(entry, key)).filter((text) => typeof text === 'string')
    : [];
};
const first = (list: string, key: string) => ({
  writable: false,
  readAs: (raw: CrmRecord) => textsOf(raw, list, key)[0],
});

/**
 * People. A person has several addresses and numbers, and what is written replaces them all: hence only the lists can
 * be written, and the first of each stands beside them to be read.
 */
export const contacts = objects({
  name: 'contacts',
  label: 'Contacts',
  eventPrefix: 'contact',
  timed: true,
  subtitle: (raw) => textsOf(raw, 'emails', 'email')[0] ?? raw['job_title'],
  fields: [
    field('name', 'Name', 'string', required),
    field('job_title', 'Job title', 'string'),
    field('email', 'First e-mail', 'email', first('emails', 'email')),
    field('emails', 'E-mails', 'json', {
      readAs: (raw) => textsOf(raw, 'emails', 'email'),
      writeAs: (value) => (Array.isArray(value) ? value.map((email: unknown) => ({ email })) : value),
    }),
    field('phone', 'First phone', 'phone', first('phones', 'phone')),
    field('phones', 'Phones', 'json'),
    field('birthday', 'Birthday', 'date'),
    field('organization_id', 'Organisation', 'string'),
    field('social_profiles', 'Social profiles', 'json'),
    field('legal_bases', 'Legal bases', 'json'),
    customFields,
  ],
});

export const organizations = objects({
  name: 'organizations',
  label: 'Organisations',
  eventPrefix: 'organization',
  timed: true,
  subtitle: (raw) => raw['url'],
  fields: [
    field('name', 'Name', 'string', required),
    field('description', 'Description', 'string'),
    field('url', 'Website', 'url'),
    field('owner_id', 'Owner', 'string'),
    field('address', 'Address', 'json'),
    field('segment_ids', 'Segments', 'json'),
    customFields,
  ],
});

/** Opportunities: ongoing, won or lost. */
export const deals = objects({
  name: 'deals',
  label: 'Deals',
  eventPrefix: 'deal',
  timed: true,
  subtitle: (raw) => raw['status'],
  fields: [
    field('name', 'Name', 'string', required),
    field('status', 'Status', 'enum'),
    field('owner_id', 'Owner', 'string'),
    field('organization_id', 'Organisation', 'string'),
    field('contact_ids', 'Contacts', 'json'),
    field('pipeline_id', 'Pipeline', 'string'),
    field('stage_id', 'Stage', 'string'),
    field('source_id', 'Source', 'string'),
    field('campaign_id', 'Campaign', 'string'),
    field('lost_reason_id', 'Lost reason', 'string'),
    field('expected_close_date', 'Expected close', 'date'),
    field('rating', 'Rating', 'number'),
    field('one_time_price', 'One-time price', 'number'),
    field('recurrence_price', 'Recurring price', 'number'),
    customFields,
  ],
});

/** Tasks cannot be filtered by the time of a change: they are read whole. */
export const tasks = objects({
  name: 'tasks',
  label: 'Tasks',
  eventPrefix: 'task',
  subtitle: (raw) => raw['due_date'],
  fields: [
    field('name', 'Name', 'string', required),
    field('deal_id', 'Deal', 'string', required),
    field('type', 'Type', 'enum'),
    field('status', 'Status', 'enum'),
    field('description', 'Description', 'string'),
    field('due_date', 'Due', 'datetime'),
    field('owner_ids', 'Owners', 'json'),
    field('created_by_id', 'Created by', 'string'),
  ],
});

export const products = objects({
  name: 'products',
  label: 'Products',
  eventPrefix: 'product',
  subtitle: (raw) => raw['description'],
  fields: [
    field('name', 'Name', 'string', required),
    field('price', 'Price', 'number', required),
    field('visible', 'Visible', 'boolean', required),
    field('description', 'Description', 'string'),
    customFields,
  ],
});

const catalogue = (name: string, label: string, eventPrefix: string, more: readonly CrmField[] = []) =>
  objects({
    name,
    label,
    eventPrefix,
    catalogue: true,
    fields: [field('name', 'Name', 'string', { writable: false }), ...more],
  });

// What the others refer to by id. The path of lost reasons is unconfirmed.
export const pipelines = catalogue('pipelines', 'Pipelines', 'pipeline');
export const users = catalogue('users', 'Users', 'user', [
  field('email', 'E-mail', 'email', { writable: false }),
]);
export const sources = catalogue('sources', 'Sources', 'source');
export const campaigns = catalogue('campaigns', 'Campaigns', 'campaign');
export const lostReasons = catalogue('lost_reasons', 'Lost reasons', 'lost_reason');
export const customFieldDefinitions = catalogue('custom_fields', 'Custom fields', 'custom_field', [
  field('slug', 'Slug', 'string', { writable: false }),
]);
