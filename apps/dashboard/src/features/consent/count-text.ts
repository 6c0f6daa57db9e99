import { locale } from '../../messages/index.ts';

/** The server stops counting people there. */
const mostCounted = 10_000;
const format = new Intl.NumberFormat(locale);

/** How many people, or that there are more than were counted. */
export function countText(count: number): string {
  return count < mostCounted ? format.format(count) : `${format.format(mostCounted)}+`;
}
