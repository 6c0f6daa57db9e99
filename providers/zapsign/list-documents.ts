import type { HttpRequestSpec, IncrementalArgs, ListArgs } from '../kit/index.ts';

/**
 * A page of documents with their signers, oldest first: what is made while the list is read comes at its end and
 * moves nothing. How many stand on a page is ZapSign's choice (the number is not published).
 */
export function listDocuments(
  args: ListArgs,
  filter: Readonly<Record<string, string | boolean>>,
): HttpRequestSpec {
  return {
    method: 'GET',
    url: 'api:/docs/',
    query: { page: args.cursor ?? '1', sort_order: 'asc', include_signers: true, ...filter },
  };
}

/**
 * Documents made in [since, until], by whole days. Whose days is not published: a day more on either side holds in
 * every time zone.
 */
export function listCreated(args: IncrementalArgs): HttpRequestSpec {
  return listDocuments(args, {
    deleted: false,
    created_from: dayOf(args.since, -1),
    ...(args.until === undefined ? {} : { created_to: dayOf(args.until, 1) }),
  });
}

/**
 * No filter knows the time of a change. What was made in these days is therefore read again in every incremental
 * run, because that is when documents change: they wait to be signed. It also outlasts the list's cache, which is
 * published as a minute in one place and as an hour in another.
 */
export const LOOK_BACK_MS = 45 * 24 * 3_600_000;

function dayOf(time: Date, days: number): string {
  return new Date(Math.max(0, time.getTime() + days * 24 * 3_600_000)).toISOString().slice(0, 10);
}
