import type { HttpResponse, Page } from './types.ts';

/** Value at a dotted path of a JSON value, undefined where the path ends early. */
export function readPath(value: unknown, path: string): unknown {
  let at = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

type ReadPage = (response: HttpResponse) => Page;

/** Pages whose body names the next one's cursor (`cursor('paging.next.after')`). */
export function cursor(nextPath: string, recordsPath = 'results', totalPath = 'total'): ReadPage {
  return (response) => {
    const body = response.json();
    return page(body, recordsPath, totalPath, text(readPath(body, nextPath)));
  };
}

/**
 * Pages whose body names the next offset, or, without such a field, its own offset and limit.
 * The cursor is the next offset.
 */
export function offset(options: {
  records: string;
  next?: string;
  offset?: string;
  total?: string;
  pageSize: number;
}): ReadPage {
  return (response) => {
    const body = response.json();
    const read = page(body, options.records, options.total ?? 'total');
    let next = options.next === undefined ? undefined : text(readPath(body, options.next));
    if (options.offset !== undefined && read.records.length >= options.pageSize) {
      next = String(Number(readPath(body, options.offset) ?? 0) + read.records.length);
    }
    return next === undefined ? read : { ...read, next };
  };
}

/** Pages by number, where the body tells page and page count, or is short on the last. The cursor is the next number. */
export function pageNumber(options: {
  records: string;
  page: string;
  pages?: string;
  total?: string;
  pageSize: number;
}): ReadPage {
  return (response) => {
    const body = response.json();
    const read = page(body, options.records, options.total ?? 'total');
    const current = Number(readPath(body, options.page) ?? 1);
    const pages = options.pages === undefined ? undefined : Number(readPath(body, options.pages));
    const more = pages === undefined ? read.records.length >= options.pageSize : current < pages;
    return more ? { ...read, next: String(current + 1) } : read;
  };
}

/**
 * Pages that link to the next (`nextLink('next')`), absolute or relative. The cursor is the link's query without
 * the question mark: path and host stay the adapter's own, so a link can lead nowhere else.
 */
export function nextLink(nextPath: string, recordsPath: string, totalPath = 'count'): ReadPage {
  return (response) => {
    const body = response.json();
    const link = text(readPath(body, nextPath));
    const next = link === undefined ? undefined : new URL(link, 'http://relative.invalid').search.slice(1);
    return page(body, recordsPath, totalPath, next === '' ? undefined : next);
  };
}

function page(body: unknown, recordsPath: string, totalPath: string, next?: string): Page {
  const records = recordsPath === '' ? body : readPath(body, recordsPath);
  // An answer without its list is an error wearing a 200. Reading it as "no records" would delete everything.
  if (!Array.isArray(records)) throw new SyntaxError(`no list at "${recordsPath}" in the provider's answer`);
  const total = readPath(body, totalPath);
  return {
    records: records as unknown[],
    ...(next === undefined ? {} : { next }),
    ...(typeof total === 'number' ? { total } : {}),
  };
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
