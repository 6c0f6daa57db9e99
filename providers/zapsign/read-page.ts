import { nextLink } from '../kit/index.ts';
import type { HttpResponse, Page } from '../kit/index.ts';

/** The smallest page any listing is known to have. */
const SMALLEST_FULL_PAGE = 20;

const readLinked = nextLink('next', 'results');

/**
 * A page of `{count, next, previous, results}`; its cursor is the number of the next page, out of the link. An older
 * form of the same listing is a bare array, which tells no next page: a short one is the only page, and a longer
 * one is refused, since reading it as the whole would take everything behind it for deleted.
 */
export function readPage(response: HttpResponse): Page {
  const body = response.json();
  if (Array.isArray(body)) {
    if (body.length < SMALLEST_FULL_PAGE) return { records: body };
    throw new SyntaxError('a list without a link to the next page may not be the whole');
  }
  const { next, ...page } = readLinked(response);
  const number = next === undefined ? null : new URLSearchParams(next).get('page');
  if (next !== undefined && number === null) throw new SyntaxError('the link to the next page has no page');
  return number === null ? page : { ...page, next: number };
}
