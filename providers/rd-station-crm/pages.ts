import { nextLink, readPath } from '../kit/index.ts';
import { rdql, rdqlTime } from './rdql.ts';
import type { HttpRequestSpec, HttpResponse, ListArgs, Page } from '../kit/index.ts';

/** The official node asks for no more (unconfirmed as the API's limit). */
export const PAGE_SIZE = 200;
/** The API lists no further. */
const REACH = 10_000;
/**
 * Whose clock RDQL's times are in is not published. Brazil's are at most five hours away: what starts this much
 * earlier misses nothing whichever it is.
 */
export const CLOCK_DOUBT_MS = 6 * 3_600_000;

const readLinked = nextLink('links.next', 'data', 'total');

/** Pages by number, out of the link to the next. */
export function readPlainPage(response: HttpResponse): Page {
  const { next, ...page } = readLinked(response);
  if (next === undefined) {
    // Some answers say that there is more without saying where: taken for the end, the rest would count as deleted.
    if (readPath(response.json(), 'has_more') === true)
      throw new SyntaxError('there is more, and no link to it');
    return page;
  }
  const number = pageNumberOf(next);
  if (number * PAGE_SIZE > REACH) throw new RangeError(`the API lists no more than ${REACH} of these`);
  return { ...page, next: String(number) };
}

export function plainList(path: string, args: ListArgs): HttpRequestSpec {
  const query = { 'page[number]': args.cursor ?? '1', 'page[size]': Math.min(args.limit, PAGE_SIZE) };
  return { method: 'GET', url: path, query };
}

/**
 * A list in the order of creation, in windows of 10,000. A creation never changes, so what changes or is made while
 * the list is read moves nothing that is still to come. `changedSince` has a lower bound alone for the same reason:
 * nothing leaves such a list. The cursor is a page number and, past the first window, where the window begins.
 */
export function windowedList(path: string, args: ListArgs & { changedSince?: Date }): HttpRequestSpec {
  const cursor = new URLSearchParams(args.cursor ?? 'page=1');
  const from = cursor.get('from');
  const filter = rdql([
    args.changedSince === undefined ? undefined : `updated_at:>=${rdqlTime(args.changedSince)}`,
    from === null ? undefined : `created_at:>=${rdqlTime(new Date(from))}`,
  ]);
  return {
    method: 'GET',
    url: path,
    query: {
      'page[number]': cursor.get('page') ?? '1',
      'page[size]': Math.min(args.limit, PAGE_SIZE),
      'sort[created_at]': 'asc',
      filter,
    },
  };
}

/** A page of such a list. The next window overlaps the last one where it can, because of `CLOCK_DOUBT_MS`. */
export function readWindowedPage(response: HttpResponse): Page {
  const { next, ...page } = readLinked(response);
  if (next === undefined) {
    // A full page without a link may be the end of the reach, and not of the list: a look past it tells.
    const full = page.records.length >= PAGE_SIZE || readPath(response.json(), 'has_more') === true;
    return full ? { ...page, next: windowFrom(createdAt(page.records.at(-1))) } : page;
  }
  const link = new URLSearchParams(next);
  const begun = /created_at:>="([^"]+)"/.exec(link.get('filter') ?? '')?.[1];
  const from = begun === undefined ? undefined : new Date(`${begun.replace(' ', 'T')}Z`);
  const number = pageNumberOf(next);
  if (number * PAGE_SIZE <= REACH) {
    const window = from === undefined ? {} : { from: from.toISOString() };
    return { ...page, next: new URLSearchParams({ page: String(number), ...window }).toString() };
  }
  // Without its own parameters in the link we could not know which window this was.
  if (!link.has('sort[created_at]')) throw new RangeError(`the API lists no more than ${REACH}`);
  const last = createdAt(page.records.at(-1));
  const early = new Date(last.getTime() - CLOCK_DOUBT_MS);
  if (from === undefined || early > from) return { ...page, next: windowFrom(early) };
  if (last.getTime() - from.getTime() < 1000)
    throw new RangeError(`more than ${REACH} were made in one second`);
  return { ...page, next: windowFrom(last) };
}

function windowFrom(at: Date): string {
  return new URLSearchParams({ page: '1', from: at.toISOString() }).toString();
}

function createdAt(record: unknown): Date {
  const at = new Date(String(readPath(record, 'created_at')));
  if (Number.isNaN(at.getTime())) throw new SyntaxError('a record tells no time of creation to go on from');
  return at;
}

function pageNumberOf(query: string): number {
  const number = Number(new URLSearchParams(query).get('page[number]'));
  if (!Number.isInteger(number) || number < 1) throw new SyntaxError('the link to the next page has no page');
  return number;
}
