import type { Overview } from '@mortise/contract';
import clsx from 'clsx';
import { useState } from 'react';
import { locale, text } from '../../messages/index.ts';
import { niceTop } from './nice-top.ts';

type Hour = Overview['perHour'][number];
const figures = new Intl.NumberFormat(locale);
const short = new Intl.NumberFormat(locale, { notation: 'compact' });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const names = text.overview.series;

/** Deliveries as stacked bars, events as a line, an hour a column. Whoever cannot see it gets a table. */
export function HourChart({ hours }: { hours: readonly Hour[] }) {
  const [pointed, setPointed] = useState<number>();
  const top = niceTop(
    Math.max(0, ...hours.map((hour) => Math.max(hour.events, hour.delivered + hour.failed))),
  );
  const told = pointed === undefined ? undefined : hours[pointed];
  const sum = (of: (hour: Hour) => number) => hours.reduce((all, hour) => all + of(hour), 0);
  return (
    <figure className="m-0">
      <figcaption className="mb-4 flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-ink-soft">
        <Legend
          swatch="h-0.5 w-3 bg-timber"
          name={names.events}
          value={told?.events ?? sum((hour) => hour.events)}
        />
        <Legend
          swatch="size-2.5 rounded-xs bg-accent"
          name={names.delivered}
          value={told?.delivered ?? sum((hour) => hour.delivered)}
        />
        <Legend
          swatch="size-2.5 rounded-xs bg-bad"
          name={names.failed}
          value={told?.failed ?? sum((hour) => hour.failed)}
        />
        <span className="figures ml-auto text-ink-faint" aria-hidden>
          {told === undefined ? text.overview.chartTitle : hourSpan(told)}
        </span>
      </figcaption>
      <div className="flex" aria-hidden onPointerLeave={() => setPointed(undefined)}>
        <div className="figures flex h-44 w-9 shrink-0 flex-col justify-between pr-2 text-right text-xs leading-none text-ink-faint">
          {[top, top / 2, 0].map((mark) => (
            <span key={mark}>{short.format(mark)}</span>
          ))}
        </div>
        <div className="relative h-44 min-w-0 flex-1">
          {[0, 25, 50, 75, 100].map((place) => (
            <span key={place} style={{ top: `${place}%` }} className="absolute inset-x-0 h-px bg-line" />
          ))}
          <div className="absolute inset-0 flex">
            {hours.map((hour, at) => (
              <div
                key={hour.hour}
                onPointerEnter={() => setPointed(at)}
                className={clsx(
                  'flex min-w-0 flex-1 flex-col items-center justify-end',
                  pointed === at && 'bg-sunken',
                )}
              >
                <Bar share={hour.failed / top} className="rounded-t-xs bg-bad" />
                <Bar
                  share={hour.delivered / top}
                  className={clsx('bg-accent', hour.failed === 0 && 'rounded-t-xs')}
                />
              </div>
            ))}
          </div>
          <svg
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            className="pointer-events-none absolute inset-0 size-full overflow-visible"
          >
            <polyline
              points={linePoints(hours, top)}
              fill="none"
              stroke="var(--timber)"
              strokeWidth="1.75"
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
        </div>
      </div>
      <div className="figures mt-2 ml-9 flex text-xs text-ink-faint" aria-hidden>
        {hours.map((hour, at) => (
          <span key={hour.hour} className="min-w-0 flex-1 overflow-visible text-center whitespace-nowrap">
            {at % 6 === 2 ? (
              <span className="-mx-4 inline-block">{clock.format(new Date(hour.hour))}</span>
            ) : null}
          </span>
        ))}
      </div>
      <HourTable hours={hours} />
    </figure>
  );
}

function Legend({ swatch, name, value }: { swatch: string; name: string; value: number }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className={swatch} aria-hidden />
      {name}
      <span className="figures font-medium text-ink">{figures.format(value)}</span>
    </span>
  );
}

function Bar({ share, className }: { share: number; className: string }) {
  // What is little must still be seen: a single failure among thousands is why one looks here.
  return share === 0 ? null : (
    <span style={{ height: `${share * 100}%` }} className={clsx('min-h-[3px] w-[72%]', className)} />
  );
}

function HourTable({ hours }: { hours: readonly Hour[] }) {
  return (
    <div className="sr-only">
      <table>
        <caption>{text.overview.chartLead}</caption>
        <thead>
          <tr>
            {[text.overview.hour, names.events, names.delivered, names.failed].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.map((hour) => (
            <tr key={hour.hour}>
              <th scope="row">{hourSpan(hour)}</th>
              <td>{figures.format(hour.events)}</td>
              <td>{figures.format(hour.delivered)}</td>
              <td>{figures.format(hour.failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function linePoints(hours: readonly Hour[], top: number): string {
  return hours
    .map((hour, at) => `${((at + 0.5) / hours.length) * 100},${100 - (hour.events / top) * 100}`)
    .join(' ');
}

function hourSpan(hour: Hour): string {
  const from = new Date(hour.hour);
  return `${clock.format(from)}–${clock.format(new Date(from.getTime() + 3_600_000))}`;
}
