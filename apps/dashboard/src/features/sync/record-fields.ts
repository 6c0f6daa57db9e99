import type { SyncedRecord } from '@mortise/contract';

export interface RecordField {
  readonly name: string;
  readonly value: unknown;
}

/**
 * A record's fields: what stands under `properties` where the provider keeps them apart from its own, all of it
 * otherwise.
 */
export function recordFields(data: SyncedRecord['data']): RecordField[] {
  const { properties } = data;
  const source =
    typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? properties : data;
  return Object.entries(source).map(([name, value]) => ({ name, value }));
}

/** Whether there is nothing in a field. */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}
