import clsx from 'clsx';
import type { ReactNode } from 'react';

export interface Column<T> {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: T) => ReactNode;
  /** Left out on screens narrower than this. */
  readonly from?: 'sm' | 'md' | 'lg' | 'xl';
  /** Figures stand to the right. */
  readonly align?: 'right';
  /** Takes what is left and is cut off rather than wrapped. */
  readonly grow?: boolean;
  /** The header is for screen readers only: a column of buttons. */
  readonly quiet?: boolean;
}

interface DataTableProps<T> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
}

const hidden = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
};

/**
 * Rows of one kind. To make a row lead somewhere put a `RowLink` into one cell: it covers its row, and the arrow
 * keys go from one to the next. Other buttons in the row need the class `relative` to stay above it.
 */
export function DataTable<T>({ label, columns, rows, rowKey }: DataTableProps<T>) {
  return (
    <table className="w-full border-collapse text-left" aria-label={label}>
      <thead>
        <tr className="border-b text-sm text-ink-faint">
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              className={clsx(
                'px-3 py-2 font-medium whitespace-nowrap first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5',
                look(column),
              )}
            >
              {column.quiet === true ? <span className="sr-only">{column.label}</span> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            className="relative border-b border-line last:border-b-0 has-[[data-row-link]:focus-visible]:bg-sunken has-[[data-row-link]:hover]:bg-sunken"
          >
            {columns.map((column) => (
              <td
                key={column.key}
                className={clsx(
                  'px-3 py-2.5 align-middle first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5',
                  look(column),
                )}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function look<T>(column: Column<T>): string {
  return clsx(
    column.from !== undefined && hidden[column.from],
    column.align === 'right' && 'figures text-right',
    column.grow === true ? 'w-full max-w-0' : 'whitespace-nowrap',
  );
}
