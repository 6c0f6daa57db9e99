import { cancelRun, readConnection, readRun, startRun, type Run } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { CircleStop, Play, Route } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../app/me.ts';
import { useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { useSend } from '../app/use-send.ts';
import { accountTitle } from '../features/connections/account-title.ts';
import { useProviders } from '../features/connections/use-providers.ts';
import { isOpen } from '../features/sync/run-pace.ts';
import { RunNotice } from '../features/sync/run-notice.tsx';
import { RunPill } from '../features/sync/run-pill.tsx';
import { RunProgress } from '../features/sync/run-progress.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { TextLink } from '../ui/text-link.tsx';

export function Page() {
  const run = useRead(readRun, { params: { id: useId() } });
  return <ReadBody read={run}>{(found) => <RunPage run={found} />}</ReadBody>;
}

function RunPage({ run }: { run: Run }) {
  const { connectionId } = run;
  const connection = useRead(readConnection, { params: { id: connectionId } });
  const { labelOf } = useProviders();
  const account = connection.data === undefined ? undefined : accountTitle(connection.data);
  const label =
    connection.data === undefined ? run.resource : labelOf(connection.data.provider, run.resource);
  return (
    <>
      <PageHeader
        title={text.sync.runTitle(label)}
        status={<RunPill status={run.status} />}
        description={account === undefined ? undefined : text.sync.ofAccount(account)}
        back={<BackLink to="/syncs">{text.app.pages.syncs}</BackLink>}
        actions={<RunActions run={run} />}
      />
      <div className="flex flex-col gap-5">
        <div role="status" className="empty:hidden">
          <RunNotice run={run} />
        </div>
        <RunProgress run={run} label={label} />
        <Card title={text.sync.detailsTitle}>
          <Facts
            rows={[
              [
                text.sync.connection,
                <TextLink key="connection" to="/connections/$id" params={{ id: connectionId }}>
                  {account ?? connectionId}
                </TextLink>,
              ],
              [text.sync.mode, text.sync.modes[run.mode]],
              [text.sync.trigger, text.sync.triggers[run.trigger]],
              [text.sync.attempts, run.attempts > 1 ? text.sync.attemptCount(run.attempts) : null],
              [text.sync.requested, <RelativeTime key="requested" at={run.requestedAt} />],
              [
                text.sync.started,
                run.startedAt === null ? null : <RelativeTime key="started" at={run.startedAt} />,
              ],
              [
                text.sync.finished,
                run.finishedAt === null ? null : <RelativeTime key="finished" at={run.finishedAt} />,
              ],
              [text.sync.id, <IdText key="id" value={run.id} />],
              [text.sync.trace, <IdText key="trace" value={run.traceId} />],
            ]}
          />
        </Card>
      </div>
    </>
  );
}

function RunActions({ run }: { run: Run }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const mayAct = useMay('developer');
  const cancel = useSend(cancelRun, { done: text.sync.cancelled, onDone: () => setAsking(false) });
  const again = useSend(startRun, { onDone: ({ id }) => void navigate({ to: '/runs/$id', params: { id } }) });
  const canCancel = mayAct && isOpen(run);
  return (
    <>
      <LinkButton to="/traces/$id" params={{ id: run.traceId }} icon={<Route aria-hidden />}>
        {text.sync.followTrace}
      </LinkButton>
      {canCancel ? (
        <Button variant="danger" icon={<CircleStop aria-hidden />} onClick={() => setAsking(true)}>
          {text.sync.cancel}
        </Button>
      ) : null}
      {mayAct && !isOpen(run) ? (
        <Button
          variant="primary"
          icon={<Play aria-hidden />}
          busy={again.isPending}
          onClick={() => again.mutate({ params: { id: run.syncId }, body: {} })}
        >
          {text.sync.runAgain}
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking && canCancel}
        onOpenChange={setAsking}
        title={text.sync.cancelTitle}
        description={text.sync.cancelText}
        confirm={text.sync.cancel}
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate({ params: { id: run.id } })}
      />
    </>
  );
}
