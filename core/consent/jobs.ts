import type { ConsentDeps, NoticePayload, TellOutcome } from './deps.ts';
import { judgeNotice } from './judge-notice.ts';
import { markNotice, readNotice, type WaitingNotice } from './notice-store.ts';
import { addJob } from './notify.ts';

/**
 * The room's background work: telling others of a withdrawal, again and again until they have heard it or it has ended
 * with a reason. A try, what became of it and the job of the next are one commit; a process that dies before it makes
 * the same try again, which a teller bears.
 */
export function consentJobs(deps: Pick<ConsentDeps, 'db' | 'clock' | 'queue' | 'tellers'>) {
  const { db, clock } = deps;

  async function attempt(
    { telling, grantedAnew }: WaitingNotice,
    notice: NoticePayload,
    signal: AbortSignal,
  ): Promise<TellOutcome> {
    if (grantedAnew)
      return { state: 'ended', reason: 'The person has granted the purpose anew before this could be told.' };
    const teller = deps.tellers.find(({ name }) => name === notice.teller);
    if (teller === undefined)
      return { state: 'later', reason: `This version has nothing that could tell ${notice.teller}.` };
    try {
      return await teller.tell(telling, notice.addressee, signal);
    } catch (error) {
      // A process that stops has learnt nothing: whoever comes next tries at once.
      signal.throwIfAborted();
      return { state: 'later', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    tasks: {
      'consent.tell': {
        // Of crashes and a database that is away; what addressees answer has a schedule of its own.
        maxAttempts: 25,
        async handler(notice: NoticePayload, context: { signal: AbortSignal }): Promise<void> {
          const waiting = await db.tenant(notice.tenantId, (tx) => readNotice(tx, notice));
          if (waiting === undefined) return;
          const outcome = await attempt(waiting, notice, context.signal);
          const now = clock.now();
          const decision = judgeNotice(outcome, { attempt: waiting.attempts + 1, since: waiting.since, now });
          await db.tenant(notice.tenantId, async (tx) => {
            const isMarked = await markNotice(tx, notice, { since: waiting.since, now }, decision);
            if (isMarked && decision.state === 'waiting') await addJob(tx, deps, notice, decision.nextAt);
          });
        },
      },
    },
  };
}
