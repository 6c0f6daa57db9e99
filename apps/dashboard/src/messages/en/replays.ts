import type { Replay } from '@mortise/contract';
import { count, figure } from './count.ts';

const statuses: Record<Replay['status'], string> = {
  running: 'Running',
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

const whats: Record<Replay['what'], { name: string; explained: string }> = {
  failed: { name: 'What failed', explained: 'Deliveries that were given up, and nothing else.' },
  missing: {
    name: 'All that is missing',
    explained: 'What failed, and events of its types that were never bound for this webhook.',
  },
  all: {
    name: 'Everything',
    explained: 'What was delivered is sent once more too. The endpoint sees the same webhook-id again.',
  },
};

export const replays = {
  statuses,
  whats,
  draining: 'Sending',
  open: 'Replay',
  title: (webhook: string) => `Replay for ${webhook}`,
  lead: 'Deliveries of the past are sent again, at a pace that the endpoint can bear.',
  what: 'What to send',
  span: 'Of which time',
  spans: {
    hour: 'Last hour',
    day: 'Last day',
    week: 'Last 7 days',
    all: 'All that is kept',
    own: 'From – to',
  },
  from: 'From',
  to: 'To',
  toHint: 'Left empty: until now.',
  types: 'Types',
  allTypes: 'All that it subscribes to',
  pace: 'Pace',
  paceHint: 'Deliveries a second at most.',
  pausedHint: 'The webhook is not active: what is replayed is held until it is.',
  start: 'Start replay',
  progressTitle: 'Replay',
  progressOf: (webhook: string) => `Replay for ${webhook}`,
  looked: 'Looked at',
  queued: 'Queued',
  waiting: 'Still waiting',
  rate: 'A second',
  restAbout: (duration: string) => `About ${duration}`,
  drained: (settled: number, queued: number) => `${figure(settled)} of ${figure(queued)} settled`,
  nothing: 'Nothing had to be sent again.',
  doneText: (n: number) => `${count(n, 'delivery was', 'deliveries were')} sent again.`,
  heldText: 'The webhook is not active: what waits is sent once it is.',
  cancel: 'Cancel replay',
  cancelled: 'Replay cancelled: what is queued is still sent',
  close: 'Close',
  history: 'Replays',
  historyEmpty: 'When the endpoint was down for longer than the retries last, send again what it missed.',
  status: 'State',
  onlyTypes: (types: readonly string[]) => `Only ${types.join(', ')}`,
};
