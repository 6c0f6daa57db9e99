import type { SettingsDraft } from './webhook-values.ts';

/** A filter as it is written. */
export function filterText(filter: SettingsDraft['filter']): string {
  if (filter === null) return '';
  return typeof filter === 'string' ? filter : JSON.stringify(filter, null, 2);
}

/** What is written, as the filter that it is; the text itself where it is no JSON yet. */
export function filterOf(written: string): SettingsDraft['filter'] {
  if (written.trim() === '') return null;
  try {
    return JSON.parse(written) as SettingsDraft['filter'];
  } catch {
    return written;
  }
}
