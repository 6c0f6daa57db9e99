import { listRotations, startRotation, type KeyRotation } from '@mortise/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { tagKey } from '../../app/keys.ts';
import { useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { tellDone, tellFailure } from '../../ui/toast.tsx';

/** The stream has no hint for a rotation's progress. */
const pollMs = 700;

/**
 * The newest rotation of the organisation's key, watched while it is open, and the way to start one. How one that was
 * watched has ended is told in a toast.
 */
export function useRotations() {
  const queryClient = useQueryClient();
  /** When it was asked for. */
  const [watched, setWatched] = useState<string>();
  const [ended, setEnded] = useState<KeyRotation>();
  const read = useRead(
    listRotations,
    { query: { limit: 1 } },
    { everyMs: watched === undefined ? undefined : pollMs },
  );
  const newest = read.data?.data[0];
  const start = useSend(startRotation, { onDone: ({ requestedAt }) => setWatched(requestedAt) });
  if (newest !== undefined && isUnderWay(newest) && watched !== newest.requestedAt) {
    setWatched(newest.requestedAt);
  }
  if (newest !== undefined && !isUnderWay(newest) && watched === newest.requestedAt) {
    setWatched(undefined);
    setEnded(newest);
  }
  useEffect(() => {
    if (ended === undefined) return;
    if (ended.state === 'succeeded') tellDone(text.vault.doneToast(ended.done));
    else tellFailure(text.vault.failedToast, adviceOf(ended).what);
    void queryClient.invalidateQueries({ queryKey: tagKey('Vault') });
    void queryClient.invalidateQueries({ queryKey: tagKey('Audit') });
  }, [ended, queryClient]);
  return { read, newest, start };
}

/** Whether it is still to come to an end. */
export function isUnderWay({ state }: KeyRotation): boolean {
  return state === 'queued' || state === 'running';
}

/** What a failed rotation means and what to do about it. */
export function adviceOf({ failed }: KeyRotation): { what: string; advice: string } {
  return failed > 0
    ? { what: text.vault.unopenedText(failed), advice: text.vault.unopenedAdvice }
    : { what: text.vault.stoppedText, advice: text.vault.stoppedAdvice };
}
