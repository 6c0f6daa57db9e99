import { hexId } from './hex-id.ts';
import { KINDS } from './kinds.ts';
import type { EmulatedRecord } from '../../kit/emulator/index.ts';

/** The first user of an account is what the account is known by: every account has its own. */
export function shownId(record: EmulatedRecord): string {
  return record.collection === 'users' && record.id === hexId('users', 0) ? record.accountId : record.id;
}

/** A record as the API shows it: what is empty is null. */
export function view(record: EmulatedRecord): Record<string, unknown> {
  const kind = KINDS[record.collection];
  const text = (name: string): [string, unknown] => [name, record.fields[name] || null];
  const value = (name: string): [string, unknown] => {
    const kept = record.fields[name];
    return [name, kept ? (JSON.parse(kept) as unknown) : null];
  };
  return {
    id: shownId(record),
    ...Object.fromEntries((kind?.texts ?? []).map(text)),
    ...Object.fromEntries((kind?.values ?? []).map(value)),
    created_at: new Date(record.createdAt).toISOString(),
    updated_at: new Date(record.updatedAt).toISOString(),
  };
}

/** What a filter or a sort compares. */
export function comparable(record: EmulatedRecord, field: string): string {
  if (field === 'created_at') return new Date(record.createdAt).toISOString();
  if (field === 'updated_at') return new Date(record.updatedAt).toISOString();
  if (field.startsWith('@')) {
    const kept = JSON.parse(record.fields['custom_fields'] || '{}') as Record<string, unknown>;
    const value = kept[field.slice(1)];
    return typeof value === 'string' ? value : JSON.stringify(value ?? '');
  }
  // Lists are searched as a whole: `email` is somewhere in `emails`.
  return record.fields[field] ?? record.fields[`${field}s`] ?? '';
}
