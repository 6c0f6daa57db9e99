import { listEvents, listEventTypes, traceId as traceIdSchema } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { useFilters } from '../app/use-page.ts';
import { usePages, useRead } from '../app/use-read.ts';
import { EventTable } from '../features/events/event-table.tsx';
import { text } from '../messages/index.ts';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FilterChip } from '../ui/filter-chip.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Select } from '../ui/select.tsx';

export function Page() {
  const { type, subject, traceId } = useFilters();
  const navigate = useNavigate();
  const trace = traceIdSchema.safeParse(traceId).data;
  const events = usePages(listEvents, { query: { type, subject, traceId: trace } });
  const types = useRead(listEventTypes, {});
  const isFiltered = type !== undefined || subject !== undefined || trace !== undefined;
  const choices = [
    { value: '', label: text.events.allTypes },
    // A type of several providers is listed for each.
    ...[...new Set((types.data?.data ?? []).map((one) => one.type))].map((one) => ({
      value: one,
      label: one,
    })),
  ];
  if (type !== undefined && !choices.some((choice) => choice.value === type))
    choices.push({ value: type, label: type });
  const filter = (change: { type?: string | undefined; subject?: undefined; traceId?: undefined }) =>
    void navigate({ to: '/events', search: { type, subject, traceId: trace, ...change }, replace: true });

  return (
    <>
      <PageHeader title={text.app.pages.events} description={text.events.lead} />
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <Select
          aria-label={text.events.type}
          value={type ?? ''}
          choices={choices}
          onChange={(value) => filter({ type: value === '' ? undefined : value })}
          className="w-full sm:w-64"
        />
        {subject === undefined ? null : (
          <FilterChip onClear={() => filter({ subject: undefined })}>
            {text.events.filterSubject(subject)}
          </FilterChip>
        )}
        {trace === undefined ? null : (
          <FilterChip onClear={() => filter({ traceId: undefined })}>{text.events.filterTrace}</FilterChip>
        )}
      </div>
      <Card flush>
        <ListBody
          pages={events}
          empty={
            <EmptyState
              icon={<Activity />}
              title={isFiltered ? text.events.noMatchTitle : text.events.emptyTitle}
              description={isFiltered ? text.events.noMatch : text.events.empty}
            />
          }
        >
          {(rows) => <EventTable rows={rows} />}
        </ListBody>
      </Card>
    </>
  );
}
