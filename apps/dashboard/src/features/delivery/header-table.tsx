interface HeaderTableProps {
  title: string;
  /** What they are, for screen readers. */
  label: string;
  headers: Readonly<Record<string, string>>;
}

/** HTTP headers, name beside value. */
export function HeaderTable({ title, label, headers }: HeaderTableProps) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 text-sm font-medium text-ink-soft">{title}</h3>
      <div className="rounded-lg border border-line bg-sunken px-3.5 py-2">
        <dl aria-label={label} className="grid grid-cols-1 gap-x-5 font-mono text-sm sm:grid-cols-[auto_1fr]">
          {Object.entries(headers).map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="pt-1 break-all text-ink-faint sm:py-0.5">{name}</dt>
              <dd className="min-w-0 [overflow-wrap:anywhere] sm:py-0.5">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  );
}
