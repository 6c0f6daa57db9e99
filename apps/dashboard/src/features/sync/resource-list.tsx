import { listRuns, listSyncs, type Connection, type Provider, type Run, type Sync } from '@mortise/contract';
import { Boxes, Play } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ReadBody } from '../../ui/read-body.tsx';
import { Select } from '../../ui/select.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { isOpen } from './run-pace.ts';
import { RunLine } from './run-line.tsx';
import { scheduleChoices, scheduleOf, scheduleText } from './schedules.ts';
import { SyncMenu } from './sync-menu.tsx';
import { SyncPill, SyncTimes } from './sync-state.tsx';
import { useStartSync } from './use-start-sync.ts';

interface ResourceListProps {
  connection: Connection;
  provider: Provider | undefined;
}

/** What an account has: each resource with its sync, or with the way to start one. */
export function ResourceList({ connection, provider }: ResourceListProps) {
  const syncs = useRead(listSyncs, { query: { connectionId: connection.id, limit: 200 } });
  const runs = useRead(listRuns, { query: { connectionId: connection.id, limit: 50 } });
  const resources = provider?.resources ?? [];
  const isOffline = connection.status !== 'connected';
  return (
    <Card title={text.sync.resourcesTitle} description={text.sync.resourcesLead} flush>
      <ReadBody read={syncs} waiting={<SkeletonRows rows={2} />}>
        {({ data }) =>
          resources.length === 0 ? (
            <EmptyState
              icon={<Boxes />}
              title={text.sync.noResourcesTitle}
              description={text.sync.noResources}
            />
          ) : (
            <ul className="divide-y border-t">
              {resources.map(({ name, label }) => {
                const sync = data.find((one) => one.resource === name);
                return (
                  <li key={name} className="px-4 py-3.5 sm:px-5">
                    {sync === undefined ? (
                      <NotSynced
                        connectionId={connection.id}
                        resource={name}
                        label={label}
                        isOffline={isOffline}
                      />
                    ) : (
                      <Synced
                        sync={sync}
                        label={label}
                        isOffline={isOffline}
                        lastRun={runs.data?.data.find((run) => run.syncId === sync.id)}
                      />
                    )}
                  </li>
                );
              })}
            </ul>
          )
        }
      </ReadBody>
    </Card>
  );
}

interface NotSyncedProps {
  connectionId: string;
  resource: string;
  label: string;
  isOffline: boolean;
}

function NotSynced({ connectionId, resource, label, isOffline }: NotSyncedProps) {
  const [schedule, setSchedule] = useState('15');
  const { start, isBusy } = useStartSync();
  const mayStart = useMay('developer');
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2.5">
      <div className="min-w-0">
        <p className="font-medium">{label}</p>
        <p className="text-sm text-ink-faint">
          {isOffline ? text.sync.needsConnection : text.sync.notSynced}
        </p>
      </div>
      {mayStart && !isOffline ? (
        <div className="flex flex-wrap items-center gap-2">
          <Select
            aria-label={text.sync.scheduleOf(label)}
            value={schedule}
            choices={scheduleChoices()}
            onChange={setSchedule}
            className="w-44"
          />
          <Button
            variant="primary"
            icon={<Play aria-hidden />}
            aria-label={text.sync.startOf(label)}
            busy={isBusy}
            onClick={() => start(connectionId, resource, scheduleOf(schedule))}
          >
            {text.sync.start}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

interface SyncedProps {
  sync: Sync;
  label: string;
  isOffline: boolean;
  lastRun: Run | undefined;
}

function Synced({ sync, label, isOffline, lastRun }: SyncedProps) {
  const mayAct = useMay('developer');
  return (
    <>
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
            {label}
            <SyncPill sync={sync} />
          </p>
          <p className="text-sm text-ink-faint">
            {scheduleText(sync.everyMinutes)}
            {' · '}
            <SyncTimes sync={sync} isOffline={isOffline} />
          </p>
        </div>
        <div className="flex shrink-0 items-center gap-1">
          <TextLink
            to="/records"
            search={{ connectionId: sync.connectionId, resource: sync.resource }}
            className="figures whitespace-nowrap"
          >
            {text.sync.recordCount(sync.recordCount)}
          </TextLink>
          {mayAct ? <SyncMenu sync={sync} label={label} isOffline={isOffline} /> : null}
        </div>
      </div>
      {lastRun !== undefined && (isOpen(lastRun) || lastRun.status === 'failed') ? (
        <RunLine listed={lastRun} label={label} />
      ) : null}
    </>
  );
}
