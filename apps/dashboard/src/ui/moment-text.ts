const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** "3 minutes ago", "in 2 hours", "now": the largest unit that fills once, in the given language. */
export function relativeText(at: Date, nowMs: number, locale: string): string {
  const differenceMs = at.getTime() - nowMs;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' });
  const [unit, unitMs] = steps.find(([, ms]) => Math.abs(differenceMs) >= ms) ?? ['second', 1000];
  const count = Math.trunc(differenceMs / unitMs);
  // Seconds would have to tick; "now" holds until the minute is full.
  return unit === 'second' ? format.format(0, 'second') : format.format(count, unit);
}

/** "20 Nov 2026, 14:03:07 CET": for whoever has to compare it with a log. */
export function absoluteText(at: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** "0.4ms", "42ms", "1.3s", "4m 5s": a length of time with two figures that matter. */
export function durationText(ms: number, locale: string): string {
  const unit = (value: number, name: string, digits: number) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    }).format(value);
  // Each limit lies where rounding would carry over: never "1,000ms", "60s" or "3m 60s".
  if (ms < 999.5) return unit(ms, 'millisecond', ms < 9.95 ? 1 : 0);
  if (ms < 59_950) return unit(ms / 1000, 'second', 1);
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    const rest = seconds % 60;
    return rest === 0
      ? unit(minutes, 'minute', 0)
      : `${unit(minutes, 'minute', 0)} ${unit(rest, 'second', 0)}`;
  }
  return `${unit(Math.floor(minutes / 60), 'hour', 0)} ${unit(minutes % 60, 'minute', 0)}`;
}
