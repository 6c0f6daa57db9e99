import {
  advanceIncremental,
  incrementalRequest,
  readIncrementalPage,
  startIncremental,
} from '@mortise/providers/kit';
import type { HttpRequestSpec, HttpResponse, ListArgs, Page, Resource } from '@mortise/providers/kit';
import type { Place } from './checkpoint.ts';

/** A place at which something is asked of the provider. */
export type ReadingPlace = Extract<Place, { phase: 'list' | 'changes' | 'deleted' }>;

/** Where a run begins: from the watermark when it is incremental, over everything when it is full. */
export function firstPlace(
  resource: Resource,
  mode: 'full' | 'incremental',
  watermark: Date | null,
): ReadingPlace {
  if (mode === 'full' || watermark === null) return { phase: 'list' };
  return { phase: 'changes', walk: startIncremental(resource, watermark) };
}

export function requestAt(resource: Resource, place: ReadingPlace): HttpRequestSpec {
  if (place.phase === 'changes') return incrementalRequest(resource, place.walk);
  const args = argsAt(resource, place.cursor);
  return place.phase === 'list' ? resource.list(args) : deletedOf(resource).list(args);
}

/** @throws SyntaxError when the answer is not a page */
export function pageAt(resource: Resource, place: ReadingPlace, response: HttpResponse): Page {
  if (place.phase === 'changes') return readIncrementalPage(resource, response, place.walk);
  const deleted = place.phase === 'deleted' ? deletedOf(resource) : undefined;
  // Some providers' answers say where the next page begins only together with what was asked.
  return deleted?.readPage?.(response) ?? resource.readPage(response, argsAt(resource, place.cursor));
}

/**
 * The place after a page. Pure.
 *
 * @param sweep whether a full run may find records gone
 * @throws RangeError when the provider leads back to the page just read, which would never end
 */
export function nextPlace(resource: Resource, place: ReadingPlace, page: Page, sweep: boolean): Place {
  if (place.phase === 'changes') {
    const walk = advanceIncremental(resource, place.walk, page);
    if (walk === undefined) return resource.deleted === undefined ? { phase: 'end' } : { phase: 'deleted' };
    if (JSON.stringify(walk) === JSON.stringify(place.walk)) throw endless();
    return { phase: 'changes', walk };
  }
  if (page.next !== undefined) {
    if (page.next === place.cursor) throw endless();
    return { phase: place.phase, cursor: page.next };
  }
  return { phase: place.phase === 'list' && sweep ? 'sweep' : 'end' };
}

/** The same place without its cursor, which the provider no longer takes: what was read is read again. */
export function withoutCursor(place: ReadingPlace): ReadingPlace {
  if (place.phase !== 'changes') return { phase: place.phase };
  const { cursor: _lapsed, ...walk } = place.walk;
  return { phase: 'changes', walk: { ...walk, seen: 0 } };
}

/** Whether anything is left to be asked of the provider at this place. */
export function isReading(place: Place): place is ReadingPlace {
  return place.phase !== 'sweep' && place.phase !== 'end';
}

function argsAt(resource: Resource, cursor: string | undefined): ListArgs {
  return { limit: resource.pageSize, ...(cursor === undefined ? {} : { cursor }) };
}

function deletedOf(resource: Resource): NonNullable<Resource['deleted']> {
  if (resource.deleted === undefined)
    throw new TypeError(`${resource.name} has no listing of what was deleted`);
  return resource.deleted;
}

function endless(): RangeError {
  return new RangeError('the provider names the page just read as the next one');
}
