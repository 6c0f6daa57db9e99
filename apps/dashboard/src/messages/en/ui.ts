import { count } from './count.ts';

export const ui = {
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  copied: 'Copied',
  copyValue: (what: string) => `Copy ${what}`,
  copyRequestId: 'Copy request id',
  requestId: 'Request id',
  requestIdIs: (id: string) => `Request id ${id}`,
  tryAgain: 'Try again',
  loading: 'Loading',
  loadMore: 'Load more',
  notices: 'Notices',
  rowsShown: (shown: number, hasMore: boolean) =>
    hasMore ? `${count(shown, 'row', 'rows')} so far` : count(shown, 'row', 'rows'),
  optional: 'Optional',
  brokenJson: 'This is not valid JSON.',
  inLine: (line: number, message: string) => `Line ${line}: ${message}`,
  clearFilter: 'Clear filter',
  never: 'Never',
  none: 'None',
  unknown: 'Unknown',
};
