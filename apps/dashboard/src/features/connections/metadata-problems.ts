/** One row of an account's own notes. */
export interface MetadataRow {
  key: string;
  value: string;
}

/** What is wrong with a row besides what the contract says of keys and values. */
export type RowProblem = 'no_key' | 'key_twice';

/** Rows that would be lost without a word: a value under no key, or a key that stands above already. Pure. */
export function metadataProblems(rows: readonly MetadataRow[]): (RowProblem | undefined)[] {
  const seen = new Set<string>();
  return rows.map(({ key, value }) => {
    if (key === '') return value === '' ? undefined : 'no_key';
    if (seen.has(key)) return 'key_twice';
    seen.add(key);
    return undefined;
  });
}

/** What is sent: rows without key and value are none. Pure. */
export function metadataOf(rows: readonly MetadataRow[]): Record<string, string> {
  return Object.fromEntries(rows.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]));
}
