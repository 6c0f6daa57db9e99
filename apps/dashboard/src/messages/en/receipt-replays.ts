import { count, figure } from './count.ts';

/** Replays of what a source received. */
export const receiptReplays = {
  title: (source: string) => `Replay receipts of ${source}`,
  lead: 'What was accepted is processed again as it was stored, oldest first. Its events say what they replay.',
  failedOnly: 'Only what failed',
  failedOnlyHint: 'Receipts whose processing was given up.',
  start: 'Start replay',
  draining: 'Processing',
  progressTitle: 'Replay under way',
  progressOf: 'Replay of receipts',
  done: (settled: number, queued: number) => `${figure(settled)} of ${figure(queued)} done`,
  looking: (settled: number, queued: number) =>
    `${figure(settled)} of ${figure(queued)} done, and still looking for more`,
  processed: 'Processed',
  failed: 'Failed',
  waiting: 'Still waiting',
  dropped: 'Dropped',
  nothing: 'Nothing of that time had to be processed again.',
  doneText: (n: number) => `${count(n, 'receipt was', 'receipts were')} processed again.`,
  heldText: 'The source is paused: what waits is processed once it is resumed.',
  cancel: 'Cancel replay',
  cancelTitle: 'Cancel this replay?',
  cancelText: 'What still waits is not processed again. What was processed stays so.',
  cancelled: 'Replay cancelled',
  history: 'Replays',
  historyEmpty: 'When processing failed, or you need events of the past once more, replay what arrived.',
  what: 'Receipts',
  all: 'All accepted',
  failures: 'What failed',
  outcome: 'Done',
  outcomeOf: (processed: number, failed: number) =>
    failed === 0 ? figure(processed) : `${figure(processed)}, ${figure(failed)} failed`,
};
