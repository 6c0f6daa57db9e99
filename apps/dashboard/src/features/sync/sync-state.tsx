import type { Run, Sync } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { RunPill } from './run-pill.tsx';

/** Where a sync stands, in one pill: under way, paused, or how its last run ended. */
export function SyncPill({ sync }: { sync: Sync }) {
  const { status, lastRunStatus } = sync;
  if (lastRunStatus === 'running' || lastRunStatus === 'queued') return <RunPill status={lastRunStatus} />;
  if (status === 'paused') return <StatusPill tone="neutral">{text.sync.paused}</StatusPill>;
  if (lastRunStatus === null) return <StatusPill tone="neutral">{text.sync.neverRun}</StatusPill>;
  return <RunPill status={lastRunStatus satisfies Run['status']} />;
}

/** When it last ran and when it runs next; while its account takes no calls nobody knows that. */
export function SyncTimes({ sync, isOffline = false }: { sync: Sync; isOffline?: boolean }) {
  const { lastRunAt, nextRunAt, status } = sync;
  return (
    <>
      {lastRunAt === null ? (
        text.sync.neverRun
      ) : (
        <>
          {text.sync.lastRun} <RelativeTime at={lastRunAt} />
        </>
      )}
      {nextRunAt === null || status === 'paused' || isOffline ? null : (
        <>
          {' · '}
          {text.sync.next} <RelativeTime at={nextRunAt} />
        </>
      )}
    </>
  );
}
