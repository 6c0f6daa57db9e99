/** Permits that were given out about the same time. */
export interface Cell {
  /** Milliseconds since 1970 by the database's clock: of the first and of the last of them. */
  from: number;
  to: number;
  count: number;
}

export interface RateLimit {
  requests: number;
  perSeconds: number;
}

/**
 * How long a permit is good for: a tenth of the limit's span. Permits are counted for the span and so much more, so
 * that sends are never more than the limit in any span, whenever in its life each permit is used.
 */
export function permitLifeMs(limit: RateLimit): number {
  return limit.perSeconds * 100;
}

/**
 * Gives out permits under a limit: in any span (`perSeconds` and a permit's life) at most `requests`, however they are
 * asked for. Cells join what was given out close together and count as long as the last of it: never too little.
 *
 * @param cells what was given out, oldest first
 * @param now a clock that was set back is taken to stand still
 * @returns how many are granted, the cells with them, and when there may be more (milliseconds from now; 0: now)
 */
export function grantPermits(
  cells: readonly Cell[],
  limit: RateLimit,
  wanted: number,
  now: number,
): { granted: number; cells: Cell[]; againMs: number } {
  const lifeMs = permitLifeMs(limit);
  const at = Math.max(now, cells.at(-1)?.to ?? now);
  const counting = cells.filter((cell) => cell.to + limit.perSeconds * 1000 + lifeMs > at);
  const taken = counting.reduce((sum, cell) => sum + cell.count, 0);
  const granted = Math.max(0, Math.min(wanted, limit.requests - taken));
  const last = counting.at(-1);
  if (granted > 0) {
    if (last !== undefined && at - last.from < lifeMs / 2)
      counting[counting.length - 1] = { ...last, to: at, count: last.count + granted };
    else counting.push({ from: at, to: at, count: granted });
  }
  const oldest = counting[0];
  const full = taken + granted >= limit.requests && oldest !== undefined;
  const againMs = full ? oldest.to + limit.perSeconds * 1000 + lifeMs - now : 0;
  return { granted, cells: counting, againMs };
}
