import type { Run } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { isOpen, runPace } from './run-pace.ts';
import { RunPill } from './run-pill.tsx';
import { useConnections, type Names } from './use-connections.ts';
import { useRun } from './use-run.ts';

/** Runs, newest first, each row leading to its run. */
export function RunTable({ rows, withAccount }: { rows: readonly Run[]; withAccount: boolean }) {
  const names = useConnections();
  return (
    <DataTable
      label={text.sync.tabRuns}
      columns={runColumns(names, withAccount)}
      rows={rows}
      rowKey={(run) => run.id}
    />
  );
}

function runColumns({ accountOf, resourceOf }: Names, withAccount: boolean): Column<Run>[] {
  return [
    {
      key: 'run',
      label: text.sync.resource,
      grow: true,
      cell: (run) => (
        <>
          <RowLink to="/runs/$id" params={{ id: run.id }}>
            {resourceOf(run.connectionId, run.resource)}
          </RowLink>
          <span className="block truncate text-sm text-ink-faint">
            {withAccount ? accountOf(run.connectionId) : text.sync.triggers[run.trigger]}
          </span>
        </>
      ),
    },
    { key: 'changes', label: text.sync.changes, from: 'lg', cell: (run) => <Changes listed={run} /> },
    {
      key: 'took',
      label: text.sync.took,
      from: 'xl',
      align: 'right',
      cell: (run) => (isOpen(run) ? null : <Took run={run} />),
    },
    { key: 'status', label: text.sync.status, cell: (run) => <RunPill status={run.status} /> },
    {
      key: 'when',
      label: text.sync.when,
      from: 'sm',
      align: 'right',
      cell: (run) => <RelativeTime at={run.startedAt ?? run.requestedAt} className="text-ink-soft" />,
    },
  ];
}

function Took({ run }: { run: Run }) {
  const { elapsedMs } = runPace(run, Date.parse(run.finishedAt ?? run.requestedAt));
  return elapsedMs === null ? null : <span className="text-ink-soft">{durationText(elapsedMs, locale)}</span>;
}

function Changes({ listed }: { listed: Run }) {
  const { created, updated, deleted } = useRun(listed);
  const figures = new Intl.NumberFormat(locale);
  if (created + updated + deleted === 0) return <span className="text-ink-faint">{text.sync.noChanges}</span>;
  return (
    <span className="figures text-ink-soft">
      {text.sync.changesOf(figures.format(created), figures.format(updated), figures.format(deleted))}
    </span>
  );
}
