import { text } from '../../messages/index.ts';
import type { Choice } from '../../ui/select.tsx';

const usual = [5, 15, 60, 360, 1440];
const manual = 'manual';

/** How often, in words. */
export function scheduleText(everyMinutes: number | null): string {
  return everyMinutes === null ? text.sync.onlyWhenAsked : text.sync.every(everyMinutes);
}

/** The schedules to choose from, one that is in force and unusual included. */
export function scheduleChoices(present?: number | null): readonly Choice[] {
  const minutes =
    typeof present === 'number' ? [...new Set([...usual, present])].toSorted((a, b) => a - b) : usual;
  return [
    ...minutes.map((each) => ({ value: String(each), label: scheduleText(each) })),
    { value: manual, label: scheduleText(null) },
  ];
}

export function scheduleValue(everyMinutes: number | null): string {
  return everyMinutes === null ? manual : String(everyMinutes);
}

export function scheduleOf(value: string): number | null {
  return value === manual ? null : Number(value);
}
