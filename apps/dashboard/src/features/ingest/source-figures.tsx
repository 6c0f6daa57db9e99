import { sourceStatistics } from '@mortise/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readOptions, useRead } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Figure } from '../../ui/figure.tsx';
import { ReadBody } from '../../ui/read-body.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { byDay, byHour, sumOf, type Bar, type Counts } from './by-day.ts';

type Span = 'day' | 'month';
const words = text.sourceFigures;

const shown = ['accepted', 'duplicate', 'refused', 'processed', 'failed'] as const;
const tones: Partial<Record<keyof Counts, 'warn' | 'bad'>> = { refused: 'warn', failed: 'bad' };
const figure = new Intl.NumberFormat(locale);

/** What arrived at a source and what came of it: in the last day by the hour, or in 30 days by the day. */
export function SourceFigures({ id }: { id: string }) {
  const [span, setSpan] = useState<Span>('day');
  return (
    <Card
      title={words.title}
      actions={
        <Segments
          label={words.span}
          value={span}
          choices={(['day', 'month'] as const).map((value) => ({ value, label: words.spans[value] }))}
          onChange={setSpan}
        />
      }
    >
      {span === 'day' ? <DayFigures id={id} /> : <MonthFigures id={id} />}
    </Card>
  );
}

function DayFigures({ id }: { id: string }) {
  const statistics = useRead(sourceStatistics, { params: { id }, query: { hours: 24 } });
  return (
    <ReadBody read={statistics} waiting={<Skeleton className="h-24" />}>
      {({ perHour }) => <Bars span="day" bars={byHour(perHour)} />}
    </ReadBody>
  );
}

/** Read anew each minute and not with each hint: 31 days of hours are much, and a day's bar does not move in a second. */
function MonthFigures({ id }: { id: string }) {
  const input = { params: { id }, query: { hours: 31 * 24 } };
  const statistics = useQuery({
    ...readOptions(sourceStatistics, input),
    queryKey: ['source-month', id],
    refetchInterval: 60_000,
  });
  return (
    <ReadBody read={statistics} waiting={<Skeleton className="h-24" />}>
      {({ perHour }) => <Bars span="month" bars={byDay(perHour, 30)} />}
    </ReadBody>
  );
}

function Bars({ span, bars }: { span: Span; bars: readonly Bar[] }) {
  const sums = sumOf(bars);
  const told = bars.filter((bar) => shown.some((name) => bar[name] > 0)).toReversed();
  return (
    <>
      <div className="grid grid-cols-2 gap-x-4 gap-y-5 pt-1 sm:grid-cols-3 md:grid-cols-5">
        {shown.map((name) => (
          <div key={name} className="flex min-w-0 flex-col gap-2">
            <Figure
              label={words.series[name]}
              value={sums[name]}
              tone={sums[name] > 0 ? tones[name] : undefined}
              {...(name === 'refused' && sums.unkept > 0
                ? { note: words.unkept(figure.format(sums.unkept)) }
                : {})}
            />
            <Sparkline
              values={bars.map((bar) => bar[name])}
              label={words.chart[span](words.series[name], figure.format(sums[name]))}
              className="mt-auto h-8 w-full"
            />
          </div>
        ))}
      </div>
      {told.length === 0 ? null : (
        <div className="mt-4 border-t pt-3">
          <Disclosure label={words.table[span]}>
            <div className="-mx-4 -mb-4.5 sm:-mx-5">
              <DataTable
                label={words.table[span]}
                columns={columnsOf(span)}
                rows={told}
                rowKey={({ from }) => from.toISOString()}
              />
            </div>
          </Disclosure>
        </div>
      )}
    </>
  );
}

function columnsOf(span: Span): readonly Column<Bar>[] {
  const day = { day: 'numeric', month: 'short' } as const;
  const format = new Intl.DateTimeFormat(
    locale,
    span === 'day' ? { ...day, hour: '2-digit', minute: '2-digit' } : { ...day, weekday: 'short' },
  );
  return [
    { key: 'from', label: words.from[span], grow: true, cell: ({ from }) => format.format(from) },
    ...shown.map((name): Column<Bar> => ({
      key: name,
      label: words.series[name],
      align: 'right',
      ...(name === 'duplicate' || name === 'processed' ? { from: 'sm' as const } : {}),
      cell: (bar) => figure.format(bar[name]),
    })),
  ];
}
