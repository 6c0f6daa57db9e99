import { locale } from '../../messages/index.ts';

/** From when to when, in words. */
export function spanText(from: string, to: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return format.formatRange(new Date(from), new Date(to));
}
