import type { UndeliveredGroup } from '@mortise/contract';
import { count, figure } from './count.ts';

type Why = UndeliveredGroup['why'];

const reasons: Record<Why, string> = {
  held: 'Held back',
  failed: 'Given up',
  retrying: 'Trying again',
  waiting: 'Waiting for their turn',
  sending: 'On their way',
};

const explained: Record<Why, string> = {
  held: 'The webhook is paused. Resume it, and they are sent.',
  failed: 'Tried as often as they may be. Mend the endpoint, then replay what failed.',
  retrying: 'They are tried again by themselves until the endpoint accepts them or the tries are used up.',
  waiting: 'More is bound for this webhook than it takes at a time. They go out one after the other.',
  sending: 'They are being sent right now.',
};

export const undelivered = {
  reasons,
  explained,
  heldDisabled: 'The webhook is disabled. Mend its endpoint, then enable it again, and they are sent.',
  spared:
    'The endpoint fails, so it is left alone for a while. They go out by themselves once it answers again.',
  ofDeleted: 'The webhook was deleted, so they are not sent.',
  title: 'Undelivered',
  lead: 'What has not reached its endpoint, why, and what to do about it.',
  noneTitle: 'Everything has been delivered',
  none: 'Nothing is held back, given up or waiting. What is not delivered appears here by itself.',
  toDeliveries: 'See all deliveries',
  count: (n: number, isLeast: boolean) => (isLeast ? `${figure(n)} or more` : figure(n)),
  deliveries: (n: number) => (n === 1 ? 'delivery' : 'deliveries'),
  total: (n: number, isLeast: boolean) =>
    `${isLeast ? 'At least ' : ''}${count(n, 'delivery has', 'deliveries have')} not arrived`,
  oldest: 'Oldest:',
  nextTry: 'Next try:',
  lastError: 'Last error',
  deletedWebhook: 'A webhook that was deleted',
  incomplete: 'There is more than is counted here: each figure is the least it can be.',
  show: 'Show them',
  showOf: (why: string, webhook: string) => `Show them: ${why}, ${webhook}`,
  resumeOf: (webhook: string) => `Resume ${webhook}`,
  enableOf: (webhook: string) => `Enable again: ${webhook}`,
  replayFailed: 'Replay what failed',
  replayFailedOf: (webhook: string) => `Replay what failed of ${webhook}`,
  replayOf: (webhook: string) => `Replay deliveries of ${webhook}`,
  byReason: (words: string, n: number) => `${figure(n)} ${words.toLowerCase()}`,
  all: 'All that is undelivered',
};
