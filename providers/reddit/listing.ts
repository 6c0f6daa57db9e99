import { readPath } from '../kit/index.ts';
import type { HttpRequestSpec, HttpResponse, Incremental, ListArgs, Page } from '../kit/index.ts';

/** The largest page there is. */
export const PAGE = 100;

/** A listing ends there (unconfirmed): what is not in it may still exist. */
export const REACH = 1000;

const LOOK_BACK_MS = 7 * 24 * 3_600_000;

/** A page of things, after one that is known by its full name. `raw_json` keeps texts as they were written. */
export function listing(path: string, args: ListArgs): HttpRequestSpec {
  const query = { limit: Math.min(args.limit, PAGE), after: args.cursor, raw_json: 1 };
  return { method: 'GET', url: `oauth:${path}`, query };
}

/** The things on a page, out of their wrapping. */
export function readListing(response: HttpResponse): Page {
  const body = response.json();
  const [children, after] = [readPath(body, 'data.children'), readPath(body, 'data.after')];
  // An answer without its list is an error wearing a 200: read as empty, it would delete everything.
  if (!Array.isArray(children)) throw new SyntaxError('no list at "data.children" in the answer');
  return {
    records: children.map((child) => readPath(child, 'data')),
    ...(typeof after === 'string' && after !== '' ? { next: after } : {}),
  };
}

/**
 * What an account made lately, newest first. There is no filter by time, and an edit moves nothing: a run looks back a
 * week, in which most edits and votes come, and the rest waits for the next full one.
 */
export function sinceLately(path: string): Incremental {
  return {
    window: 'created',
    newestFirst: true,
    lookBackMs: LOOK_BACK_MS,
    request: (args) => listing(path, args),
  };
}

/**
 * One thing by its full name. What does not exist is left out of the answer, and what was deleted keeps its place
 * without an author (unconfirmed how it is worded): both read as undefined.
 */
export const byName = {
  request: (id: string): HttpRequestSpec => ({
    method: 'GET',
    url: 'oauth:/api/info',
    query: { id, raw_json: 1 },
  }),
  read: (response: HttpResponse): unknown => {
    const [found] = readListing(response).records;
    return readPath(found, 'author') === '[deleted]' ? undefined : found;
  },
};

/** Changing a text, and deleting. The answer to a deletion is always the same. */
export const edit = {
  request: (id: string, fields: Readonly<Record<string, unknown>>): HttpRequestSpec => ({
    ...post('/api/editusertext', { thing_id: id, text: textOf(fields['text']) }),
    idempotent: true,
  }),
  // What it holds is not published: the thing is read anew.
  read: (): unknown => undefined,
};

export const remove = {
  request: (id: string): HttpRequestSpec => ({ ...post('/api/del', { id }), idempotent: true }),
};

/** A form, answered in JSON with its errors in a 200. */
export function post(path: string, form: Readonly<Record<string, string>>): HttpRequestSpec {
  return {
    method: 'POST',
    url: `oauth:${path}`,
    query: { raw_json: 1 },
    form: { api_type: 'json', ...form },
  };
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A time in seconds as ISO text. An edit that never was is `false`. */
export function isoOf(seconds: number | boolean | null | undefined): string | null {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null;
}
