import type { LedgerEntry } from '@mortise/contract';

/** The columns of the CSV, in order; JSON Lines hold the entries as the API gives them. */
const columns: readonly [name: string, of: (entry: LedgerEntry) => string | number | null][] = [
  ['id', (entry) => entry.id],
  ['at', (entry) => entry.at],
  ['kind', (entry) => entry.kind],
  ['consent_id', (entry) => entry.consentId],
  ['replaces', (entry) => entry.replaces],
  ['purpose_key', (entry) => entry.purpose.key],
  ['purpose_name', (entry) => entry.purpose.name],
  ['text_version', (entry) => entry.textVersion],
  ['subject_id', (entry) => entry.subjectId],
  ['expires_at', (entry) => entry.expiresAt],
  ['reason', (entry) => entry.reason],
  ['recorded_by_kind', (entry) => entry.recordedBy.kind],
  ['recorded_by', (entry) => entry.recordedBy.name],
  ['evidence_ip', (entry) => entry.evidence.ip ?? null],
  ['evidence_user_agent', (entry) => entry.evidence.userAgent ?? null],
  ['evidence_locale', (entry) => entry.evidence.locale ?? null],
  ['evidence_source_url', (entry) => entry.evidence.sourceUrl ?? null],
  [
    'evidence_details',
    (entry) => (entry.evidence.details === undefined ? null : JSON.stringify(entry.evidence.details)),
  ],
  ['trace_id', (entry) => entry.traceId],
];

/**
 * What a spreadsheet would run as a formula, with white space before it too. An apostrophe in front makes it a text; a
 * value that has one of its own gets a second, so that taking one away always gives the value back.
 */
const formula = /^(?:'|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;

/** One field of a CSV (RFC 4180), harmless in a spreadsheet. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine = (fields: readonly string[]) => `${fields.join(',')}\r\n`;

/**
 * A page of the ledger as a piece of a file: the pieces put one after another are the file.
 *
 * @param isFirst whether the file begins with it; a CSV then has its header
 */
export function exportLines(
  entries: readonly LedgerEntry[],
  format: 'csv' | 'jsonl',
  isFirst: boolean,
): string {
  if (format === 'jsonl') return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const header = isFirst ? csvLine(columns.map(([name]) => name)) : '';
  return header + entries.map((entry) => csvLine(columns.map(([, of]) => csvField(of(entry))))).join('');
}
