/** How much of an allowance is used, in percent, and how long until calls pass again; 0 when they do. */
export interface Usage {
  percent: number;
  regainMs: number;
}

/**
 * Usage by `X-Business-Use-Case-Usage`, an object of lists by account, or by `X-App-Usage`, one object (both shapes
 * unconfirmed). Of several allowances the most used one counts. Undefined when neither header can be read.
 */
export function usageOf(headers: Readonly<Record<string, string>>): Usage | undefined {
  const byAccount = parse(headers['x-business-use-case-usage']);
  const entries = [...Object.values(byAccount ?? {}).flat(), parse(headers['x-app-usage'])].filter(isObject);
  if (entries.length === 0) return undefined;
  const most = (names: readonly string[]): number =>
    Math.max(0, ...entries.flatMap((entry) => names.map((name) => Number(entry[name]) || 0)));
  return {
    percent: most(['call_count', 'total_cputime', 'total_time']),
    // Told in minutes.
    regainMs: most(['estimated_time_to_regain_access']) * 60_000,
  };
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text ?? '') as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
