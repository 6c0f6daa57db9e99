import type { Overview } from '@mortise/contract';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { locale, text } from '../../messages/index.ts';
import { Figure } from '../../ui/figure.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';

/** The four numbers one looks at first, each leading to what it counts. */
export function FigureRow({ overview }: { overview: Overview }) {
  const { connections, syncs, records, events24h, deliveries24h, perHour } = overview;
  const perHourText = new Intl.NumberFormat(locale, {
    maximumFractionDigits: events24h < 240 ? 1 : 0,
  }).format(events24h / 24);
  const all = connections.connected + connections.needsReconnect;
  return (
    <section
      aria-label={text.overview.figures}
      className="grid grid-cols-2 overflow-hidden rounded-xl border bg-surface shadow-card xl:grid-cols-4"
    >
      <Cell to={{ to: '/connections' }}>
        <Figure
          label={text.overview.connections}
          value={connections.connected}
          note={
            all === 0
              ? text.overview.noConnections
              : text.overview.connectionsNote(connections.needsReconnect)
          }
        />
      </Cell>
      <Cell to={{ to: '/records' }}>
        <Figure
          label={text.overview.records}
          value={records}
          note={text.overview.recordsNote(syncs.active, syncs.running)}
        />
      </Cell>
      <Cell to={{ to: '/events' }}>
        <Figure label={text.overview.events} value={events24h} note={text.overview.eventsNote(perHourText)} />
        <Sparkline
          values={perHour.map((hour) => hour.events)}
          label={text.overview.chartLead}
          className="hidden h-8 w-20 self-end sm:block"
        />
      </Cell>
      <Cell to={{ to: '/deliveries' }}>
        <Figure
          label={text.overview.deliveries}
          value={deliveries24h.delivered}
          note={text.overview.deliveriesNote(deliveries24h.failed, deliveries24h.waiting)}
        />
        <Sparkline
          values={perHour.map((hour) => hour.delivered)}
          label={text.overview.chartLead}
          className="hidden h-8 w-20 self-end sm:block"
        />
      </Cell>
    </section>
  );
}

function Cell({ to, children }: { to: Pick<LinkProps, 'to'>; children: ReactNode }) {
  return (
    <Link
      {...to}
      className="flex justify-between gap-3 border-line px-4 py-3.5 -outline-offset-2 odd:border-r hover:bg-sunken sm:px-5 sm:py-4 nth-[-n+2]:border-b xl:border-r xl:border-b-0! xl:last:border-r-0"
    >
      {children}
    </Link>
  );
}
