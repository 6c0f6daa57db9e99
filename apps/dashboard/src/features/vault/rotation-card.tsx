import { readTenantKey, type KeyRotation } from '@mortise/contract';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { ReadBody } from '../../ui/read-body.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { RotationPill } from './rotation-pill.tsx';
import { adviceOf, isUnderWay, useRotations } from './use-rotations.ts';

/** Starts a rotation of the organisation's key, shows how far the one under way is, and what to do about a failed one. */
export function RotationCard() {
  const { read, newest, start } = useRotations();
  const [asking, setAsking] = useState(false);
  const key = useRead(readTenantKey, {});
  const mayRotate = useMay('owner');
  const hasKey = key.data?.createdAt != null;
  const open = newest !== undefined && isUnderWay(newest) ? newest : undefined;
  const failed = newest?.state === 'failed' ? newest : undefined;
  return (
    <Card title={text.vault.rotateTitle} description={text.vault.rotateLead}>
      <ReadBody read={read} waiting={<SkeletonRows rows={2} />}>
        {() => (
          <div className="flex flex-col gap-4 pt-2">
            {failed === undefined ? null : <FailedNotice rotation={failed} />}
            {open === undefined ? (
              <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
                {mayRotate ? (
                  <Button
                    variant="primary"
                    icon={<RefreshCw aria-hidden />}
                    disabled={!hasKey}
                    busy={start.isPending}
                    onClick={() => setAsking(true)}
                  >
                    {failed === undefined ? text.vault.rotate : text.vault.rotateAgain}
                  </Button>
                ) : (
                  <p className="text-ink-faint">{text.vault.ownersOnly}</p>
                )}
                {mayRotate && key.data?.createdAt === null ? (
                  <p className="text-ink-faint">{text.vault.nothingToRotate}</p>
                ) : null}
              </div>
            ) : (
              <UnderWay rotation={open} />
            )}
          </div>
        )}
      </ReadBody>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={text.vault.confirmTitle}
        description={text.vault.confirmText}
        confirm={text.vault.rotate}
        danger={false}
        busy={start.isPending}
        onConfirm={() => start.mutate({ body: { kind: 'tenant' } }, { onSettled: () => setAsking(false) })}
      >
        <p className="text-pretty text-ink-soft">{text.vault.confirmRest}</p>
      </ConfirmDialog>
    </Card>
  );
}

function UnderWay({ rotation }: { rotation: KeyRotation }) {
  const { done, total, state, error } = rotation;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="figures font-medium">
          {total === null ? text.vault.countedNot : text.vault.ofTotal(done, total)}
        </p>
        <RotationPill state={state} />
      </div>
      <Progress label={text.vault.progress} done={done} total={total} />
      {error === null ? (
        <p className="text-ink-faint">
          {state === 'queued' ? text.vault.queuedText : text.vault.runningText}
        </p>
      ) : (
        <Notice tone="warn" title={text.vault.interruptedTitle}>
          {text.vault.interruptedText}
        </Notice>
      )}
    </div>
  );
}

function FailedNotice({ rotation }: { rotation: KeyRotation }) {
  const { what, advice } = adviceOf(rotation);
  return (
    <Notice tone="bad" title={text.vault.failedTitle}>
      <p>{what}</p>
      <p className="mt-1">{advice}</p>
    </Notice>
  );
}
