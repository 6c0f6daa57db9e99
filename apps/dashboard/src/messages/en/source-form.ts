import { count } from './count.ts';

/** What a source's form asks besides its name, its scheme and who may post. */
export const sourceForm = {
  limits: 'Limits',
  maxBytes: 'Largest body',
  maxBytesHint: 'A larger one is refused (413).',
  maxBytesWrong: 'From 1 byte to 10 MiB.',
  unit: 'Unit',
  units: { bytes: 'bytes', KiB: 'KiB', MiB: 'MiB' },
  size: (amount: string, unit: 'bytes' | 'KiB' | 'MiB') =>
    amount === '1' && unit === 'bytes' ? '1 byte' : `${amount} ${unit}`,
  perMinute: 'Requests a minute',
  perMinuteHint: 'At each process. What comes more often is told to wait (429), and counted.',
  limitsSummary: (size: string, perMinute: string) => `${size} a body, ${perMinute} requests a minute`,

  duplicates: 'Duplicates',
  rule: 'Known again by',
  rules: {
    usual: 'What is usual for how it is verified',
    provider: 'The provider’s event id',
    header: 'A header',
    pointer: 'A place in the body',
    body: 'The whole body',
    none: 'Nothing: each one is new',
  },
  usualHint: 'With Standard Webhooks the header webhook-id, else the whole body.',
  noneHint: 'A sender that posts again because it missed the answer raises a second event.',
  header: 'Name of the header',
  headerHint: 'A request without it is known by its whole body.',
  pointer: 'Place in the body',
  pointerHint: 'A JSON pointer, such as /event/id. Where there is nothing, the whole body counts.',
  hours: 'Remembered for, in hours',
  hoursHint: 'From 1 to 720, which is 30 days.',
  usualSummary: 'The usual way',
  duplicatesSummary: (by: string, hours: number) => `By ${by}, for ${count(hours, 'hour', 'hours')}`,
  noneSummary: 'Not recognised',

  afterwards: 'What follows',
  processor: 'Processed by',
  processorNone: 'Nobody: each becomes an event',
  keepDays: 'Receipts kept, in days',
  keepDaysHint: 'From 1 to 30.',
  afterwardsSummary: (processor: string | null, forward: boolean, days: string) =>
    [
      processor === null ? 'An event each' : `Processed by ${processor}`,
      forward ? 'sent on to webhooks' : 'not sent on',
      `kept ${days}`,
    ].join(', '),
  entryWrong: (entry: string | undefined, message: string) =>
    entry === undefined ? message : `${entry}: ${message}`,
};
