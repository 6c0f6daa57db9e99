import type { HttpRequestSpec, HttpResponse, Incremental, Page, Resource } from './types.ts';

/** Where a walk over changes stands. JSON: it can be stored as a checkpoint after any page. Times are ISO. */
export interface IncrementalState {
  since: string;
  until?: string;
  cursor?: string;
  /** Records read in the present window, against `maxResults`. */
  seen: number;
  /** Set while walking, by id, the records that all changed at this one time. */
  tie?: { at: string; afterId?: string };
}

/** The start of a walk over what changed in [since - lookBackMs, until]. */
export function startIncremental(resource: Resource, since: Date, until?: Date): IncrementalState {
  const from = new Date(Math.max(0, since.getTime() - incrementalOf(resource).lookBackMs));
  return {
    since: from.toISOString(),
    ...(until === undefined ? {} : { until: until.toISOString() }),
    seen: 0,
  };
}

/** The request of the state's page. */
export function incrementalRequest(resource: Resource, state: IncrementalState): HttpRequestSpec {
  const incremental = incrementalOf(resource);
  const limit = incremental.pageSize ?? resource.pageSize;
  const place = { limit, ...(state.cursor === undefined ? {} : { cursor: state.cursor }) };
  if (state.tie !== undefined && incremental.ties !== undefined) {
    const { at, afterId } = state.tie;
    return incremental.ties({ ...place, at: new Date(at), ...(afterId === undefined ? {} : { afterId }) });
  }
  const until = state.until === undefined ? {} : { until: new Date(state.until) };
  return incremental.request({ ...place, since: new Date(state.since), ...until });
}

/** Reads the state's page. The state is for cursors that the answer alone does not tell. */
export function readIncrementalPage(
  resource: Resource,
  response: HttpResponse,
  state?: IncrementalState,
): Page {
  const incremental = incrementalOf(resource);
  const args = state && {
    limit: incremental.pageSize ?? resource.pageSize,
    ...(state.cursor === undefined ? {} : { cursor: state.cursor }),
  };
  return incremental.readPage?.(response, args) ?? resource.readPage(response, args);
}

/**
 * The state after a page, undefined when the walk is over. Bounds are inclusive, so that a record may be seen twice
 * and never missed: where a window ends, the next begins at the last change time seen; where one change time fills
 * a whole window, its records are walked by id. Pure.
 */
export function advanceIncremental(
  resource: Resource,
  state: IncrementalState,
  page: Page,
): IncrementalState | undefined {
  const { maxResults = Infinity, movingOffset = false, newestFirst = false } = incrementalOf(resource);
  const seen = state.seen + page.records.length;
  const full = seen >= maxResults;
  const more = page.next !== undefined || (full && (page.total === undefined || page.total > seen));
  const bounds = { since: state.since, ...(state.until === undefined ? {} : { until: state.until }) };

  if (state.tie !== undefined) {
    if (!more) {
      const since = new Date(new Date(state.tie.at).getTime() + 1).toISOString();
      return state.until !== undefined && since > state.until ? undefined : { ...bounds, since, seen: 0 };
    }
    const afterId = lastOf(page.records, (raw) => resource.idOf(raw));
    if (afterId !== undefined) return { ...bounds, seen: 0, tie: { at: state.tie.at, afterId } };
    return { ...bounds, seen, tie: state.tie, ...(page.next === undefined ? {} : { cursor: page.next }) };
  }

  if (!more || (newestFirst && reachesBelow(resource, state.since, page))) return undefined;
  const lastAt = lastOf(page.records, (raw) => resource.updatedAtOf?.(raw)?.toISOString());
  if ((movingOffset || full) && lastAt !== undefined) {
    if (lastAt > state.since) return { ...bounds, since: lastAt, seen: 0 };
    return { ...bounds, seen: 0, tie: { at: state.since } };
  }
  if (page.next === undefined)
    throw new RangeError('the window is full and tells no change time to go on from');
  return { ...bounds, seen, cursor: page.next };
}

function incrementalOf(resource: Resource): Incremental {
  if (resource.incremental === undefined)
    throw new TypeError(`${resource.name} cannot be read by change time`);
  return resource.incremental;
}

/** Whether any record of a page is older than `since`: of a list that runs newest first, the rest is older still. */
function reachesBelow(resource: Resource, since: string, page: Page): boolean {
  const at = lastOf(page.records, (raw) => resource.updatedAtOf?.(raw)?.toISOString());
  return at !== undefined && at < since;
}

/** Of the last record that can be read: one that does not fit the schema must not stop the walk. */
function lastOf<V>(records: readonly unknown[], read: (raw: unknown) => V | undefined): V | undefined {
  for (const raw of records.toReversed()) {
    try {
      const value = read(raw);
      if (value !== undefined) return value;
    } catch {
      continue;
    }
  }
  return undefined;
}
