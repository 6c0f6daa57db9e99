import type { SyncedRecord } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { isBlank, recordFields, type RecordField } from './record-fields.ts';

const columns: readonly Column<RecordField>[] = [
  {
    key: 'field',
    label: text.sync.field,
    cell: ({ name }) => <code className="font-mono text-sm text-ink-soft">{name}</code>,
  },
  { key: 'value', label: text.sync.value, grow: true, cell: ({ value }) => <FieldValue value={value} /> },
];

/** A record's fields as a table. */
export function FieldTable({ data }: { data: SyncedRecord['data'] }) {
  const fields = recordFields(data);
  if (fields.length === 0) return <p className="px-4 pb-5 text-ink-soft sm:px-5">{text.sync.noFields}</p>;
  return (
    <DataTable label={text.sync.fieldsTitle} columns={columns} rows={fields} rowKey={({ name }) => name} />
  );
}

function FieldValue({ value }: { value: unknown }) {
  if (isBlank(value)) {
    return (
      <span className="text-ink-faint">
        <span aria-hidden>–</span>
        <span className="sr-only">{text.ui.none}</span>
      </span>
    );
  }
  if (typeof value === 'boolean') return value ? text.sync.yes : text.sync.no;
  if (typeof value === 'number')
    return <span className="figures">{new Intl.NumberFormat(locale).format(value)}</span>;
  if (typeof value === 'object') {
    return <code className="font-mono text-sm [overflow-wrap:anywhere]">{JSON.stringify(value)}</code>;
  }
  return (
    <span className="[overflow-wrap:anywhere]">
      {typeof value === 'string' ? value : JSON.stringify(value)}
    </span>
  );
}
