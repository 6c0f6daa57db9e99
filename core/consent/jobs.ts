import type { ConsentDeps, NoticePayload } from './deps.ts';
import { markNotice, readNotice } from './notice-store.ts';

/** The room's background work: telling others of a withdrawal, again and again until they have heard it. */
export function consentJobs(deps: Pick<ConsentDeps, 'db' | 'clock' | 'tellers'>) {
  const { db, clock } = deps;
  return {
    tasks: {
      'consent.tell': {
        maxAttempts: 25,
        async handler(notice: NoticePayload, context: { signal: AbortSignal }): Promise<void> {
          const withdrawal = await db.tenant(notice.tenantId, (tx) => readNotice(tx, notice));
          if (withdrawal === undefined) return;
          try {
            const teller = deps.tellers.find(({ name }) => name === notice.teller);
            if (teller === undefined) throw new Error(`Nothing here can tell ${notice.teller}`);
            await teller.tell(withdrawal, context.signal);
          } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            await db.tenant(notice.tenantId, (tx) =>
              markNotice(tx, notice, clock.now(), reason.slice(0, 1000)),
            );
            throw error;
          }
          await db.tenant(notice.tenantId, (tx) => markNotice(tx, notice, clock.now(), null));
        },
      },
    },
  };
}
