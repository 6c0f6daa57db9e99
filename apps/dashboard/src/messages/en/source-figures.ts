import { count } from './count.ts';

/** What arrived at a source, in figures. */
export const sourceFigures = {
  title: 'What arrived',
  span: 'Time',
  spans: { day: '24 hours', month: '30 days' },
  series: {
    accepted: 'Accepted',
    duplicate: 'Duplicates',
    refused: 'Refused',
    processed: 'Processed',
    failed: 'Failed',
  },
  chart: {
    day: (name: string, sum: string) => `${name} by the hour: ${sum} in 24 hours`,
    month: (name: string, sum: string) => `${name} by the day: ${sum} in 30 days`,
  },
  table: { day: 'By the hour', month: 'By the day' },
  from: { day: 'Hour from', month: 'Day' },
  unkept: (n: string) => `${n} of them not kept`,
  unkeptTitle: (n: number) =>
    `${count(n, 'refused request', 'refused requests')} of the last 24 hours ${n === 1 ? 'was' : 'were'} counted and not kept`,
  unkeptText: (perMinute: string, perHour: string) =>
    `Of each source ${perMinute} refused requests a minute and ${perHour} an hour are kept, so that a flood does not fill the disk. Either somebody guesses, or a sender has the wrong secret or posts too often.`,
  unkeptAt: 'At which sources',
};
