import { listEventTypes } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { Plus, Send, Shapes } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../app/me.ts';
import { useFilters } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { EventTypeDialog } from '../features/events/event-type-dialog.tsx';
import { EventTypeTable, type ListedType } from '../features/events/event-type-table.tsx';
import { EventTypeView } from '../features/events/event-type-view.tsx';
import { PublishEventDialog } from '../features/events/publish-event-dialog.tsx';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { Segments } from '../ui/segments.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

export function Page() {
  const types = useRead(listEventTypes, {});
  const { origin } = useFilters();
  const navigate = useNavigate();
  const group = groups.find((one) => one === origin) ?? 'own';
  const [asking, setAsking] = useState<'define' | 'publish' | ListedType>();
  const mayAct = useMay('developer');
  const close = () => setAsking(undefined);
  return (
    <>
      <PageHeader
        title={text.app.pages.eventTypes}
        description={text.eventTypes.lead}
        actions={
          mayAct ? (
            <>
              <Button icon={<Send aria-hidden />} onClick={() => setAsking('publish')}>
                {text.eventTypes.publish}
              </Button>
              <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAsking('define')}>
                {text.eventTypes.define}
              </Button>
            </>
          ) : undefined
        }
      />
      <div className="mb-4">
        <Segments
          label={text.eventTypes.origin}
          value={group}
          choices={groups.map((value) => ({ value, label: text.eventTypes.groups[value] }))}
          onChange={(next) =>
            void navigate({
              to: '/event-types',
              search: { origin: next === 'own' ? undefined : next },
              replace: true,
            })
          }
        />
      </div>
      <Card flush>
        <ReadBody read={types} waiting={<SkeletonRows />}>
          {({ data }) => {
            const rows = typesOf(data, group);
            return rows.length === 0 ? (
              <EmptyState
                icon={<Shapes />}
                title={text.eventTypes.emptyTitle}
                description={text.eventTypes.empty}
                action={
                  mayAct && group === 'own' ? (
                    <Button icon={<Plus aria-hidden />} onClick={() => setAsking('define')}>
                      {text.eventTypes.defineFirst}
                    </Button>
                  ) : undefined
                }
              />
            ) : (
              <EventTypeTable rows={rows} onOpen={setAsking} />
            );
          }}
        </ReadBody>
      </Card>
      {asking === 'define' ? <EventTypeDialog onClose={close} /> : null}
      {asking === 'publish' ? <PublishEventDialog onClose={close} /> : null}
      {typeof asking === 'object' && asking.id !== null ? (
        <EventTypeView id={asking.id} isOwn={asking.origin === 'tenant'} onClose={close} />
      ) : null}
    </>
  );
}

const groups = ['own', 'provider', 'mortise'] as const;

/** The types of a group, by name. One of several providers stands once. */
function typesOf(types: readonly ListedType[], group: (typeof groups)[number]): ListedType[] {
  const found = types.filter(({ origin }) =>
    group === 'own' ? origin === 'tenant' || origin === 'shared' : origin === group,
  );
  return [...Map.groupBy(found, ({ type }) => type).values()]
    .flatMap(([first, ...others]) =>
      first === undefined
        ? []
        : [
            others.length === 0
              ? first
              : { ...first, description: text.eventTypes.several(others.length + 1) },
          ],
    )
    .toSorted((one, other) => one.type.localeCompare(other.type));
}
