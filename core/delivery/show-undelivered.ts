import type { UndeliveredGroup } from '@mortise/contract';
import { publicId } from '../kernel/index.ts';
import type { UndeliveredRow } from './undelivered-store.ts';

/** One group as the API shows it. */
export function showUndelivered(row: UndeliveredRow): UndeliveredGroup {
  return {
    webhookId: publicId('webhook', row.webhook_id),
    webhookName: row.webhook_name,
    webhookStatus: row.webhook_status,
    why: row.why,
    explanation: explain(row),
    count: row.count,
    oldestAt: row.oldest_at.toISOString(),
    nextAttemptAt: row.next_at?.toISOString() ?? null,
    lastStatusCode: row.status_code,
    lastError: row.error,
  };
}

/** Why they have not arrived and what to do, in plain words. */
function explain(row: UndeliveredRow): string {
  const { why, webhook_status, webhook_reason, error } = row;
  if (row.is_our_trouble && (why === 'waiting' || why === 'retrying'))
    return 'Something on our side keeps them from being sent: a consent cannot be looked up, or a transform cannot be run. They are tried again by themselves, and it costs them no attempt.';
  const last = error === null ? '' : ` Last time: ${error}`;
  switch (why) {
    case 'held':
      if (webhook_status === 'disabled')
        return `The webhook is disabled. ${asSentence(webhook_reason)}Set it to active once its endpoint is mended: they are then sent.`;
      return 'The webhook is paused. Set it to active: they are then sent.';
    case 'failed':
      return `They were tried as often as they may be and were given up.${last} Mend the endpoint and replay what failed.`;
    case 'retrying':
      return `They are tried again by themselves.${last}`;
    case 'waiting':
      return 'They wait for their turn: more is bound for this webhook than it takes at a time.';
    case 'sending':
      return `They are on their way.${last}`;
  }
}

const asSentence = (reason: string | null) => (reason === null ? '' : `${reason.replace(/\.?$/, '.')} `);
