export interface Result {
  bench: string;
  value: number;
  unit: string;
  /** What it is held against, in the same unit. */
  baseline: number;
}

/** Whole numbers where they are large, else two places. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(2));
}

/** Ends a bench as all of them end: a table of what was measured, and on the last line one figure as JSON. */
export function printResult(rows: Record<string, Record<string, number>>, result: Result): void {
  const entries = Object.entries(rows).map(([what, row]) => [
    what,
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, rounded(value)])),
  ]);
  console.table(Object.fromEntries(entries));
  const { bench, value, unit, baseline } = result;
  const ratio = Number((value / baseline).toFixed(3));
  console.log(JSON.stringify({ bench, value: rounded(value), unit, baseline: rounded(baseline), ratio }));
}
