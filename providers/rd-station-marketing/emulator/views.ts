import type { EmulatedRecord } from '../../kit/emulator/index.ts';

export const TEXTS = [
  'name',
  'email',
  'job_title',
  'personal_phone',
  'mobile_phone',
  'city',
  'state',
  'country',
  'website',
  'bio',
  'twitter',
  'facebook',
  'linkedin',
] as const;

/** Kept as JSON. */
export const VALUES = ['tags', 'legal_bases'] as const;

/** A contact: what it lacks is left out, its custom fields stand among the others. */
export function contactView(record: EmulatedRecord): Record<string, unknown> {
  const { fields } = record;
  const told = (name: string): boolean => (fields[name] ?? '') !== '';
  return {
    uuid: record.id,
    ...Object.fromEntries(TEXTS.filter(told).map((name) => [name, fields[name]])),
    ...Object.fromEntries(
      VALUES.filter(told).map((name) => [name, JSON.parse(fields[name] ?? '') as unknown]),
    ),
    ...Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith('cf_') && told(name))),
  };
}
