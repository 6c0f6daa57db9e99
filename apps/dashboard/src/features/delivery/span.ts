/** Spans of time to choose from: back from now, everything, or one's own. */
export const spans = ['hour', 'day', 'week', 'all', 'own'] as const;
export type Span = (typeof spans)[number];

const lengthsMs = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 };

interface Chosen {
  span: Span;
  /** Local times as the browser's fields give them, `2026-11-25T18:30`; read for `own` alone. */
  from?: string | undefined;
  to?: string | undefined;
}

/** Where a span begins and ends, as the API takes it; an end that is left out is open. */
export function boundsOf(
  { span, from, to }: Chosen,
  nowMs: number,
): { from: string | undefined; to: string | undefined } {
  if (span === 'all') return { from: undefined, to: undefined };
  if (span === 'own') return { from: momentOf(from), to: momentOf(to) };
  return { from: new Date(nowMs - lengthsMs[span]).toISOString(), to: undefined };
}

export function spanOf(given: string | undefined): Span {
  return spans.find((span) => span === given) ?? 'all';
}

function momentOf(local: string | undefined): string | undefined {
  if (local === undefined || local === '') return undefined;
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
