import { z } from 'zod';
import { readPath } from '../kit/index.ts';
import { accountsOf, nextQueryOf, rowsOf, under } from './shapes.ts';
import type { HttpRequestSpec, HttpResponse, ListArgs, Page } from '../kit/index.ts';

const schema = z.union([
  /** The creators are asked for, to go on with the one after this. */
  z.object({ after: z.string() }).strict(),
  /** A page of this creator's. */
  z.object({ at: z.string(), query: z.record(z.string(), z.string()).optional() }).strict(),
]);

type Place = z.infer<typeof schema>;

export interface CreatorsWalk {
  request: (args: ListArgs) => HttpRequestSpec;
  readPage: (response: HttpResponse, args?: ListArgs) => Page;
}

/**
 * A walk through a list that exists once a creator. The cursor tells the creator and the page, and no more: who is
 * next is asked anew after each, in the order of their ids. A creator whose session has expired is not passed over:
 * the gateway's refusal ends the run, whereas a list without their records would read as if those were deleted.
 */
export function creatorsWalk(options: {
  path: (creator: string) => string;
  query: (limit: number) => Readonly<Record<string, string | number>>;
}): CreatorsWalk {
  return {
    request: ({ cursor, limit }) => {
      const place = readPlace(cursor);
      if ('after' in place) return { method: 'GET', url: 'api:/api/accounts' };
      return {
        method: 'GET',
        url: `api:${options.path(place.at)}`,
        query: { ...options.query(limit), ...place.query },
      };
    },
    readPage: (response, args) => {
      const place = readPlace(args?.cursor);
      if ('after' in place) {
        const at = nextCreator(response, place.after);
        return { records: [], ...(at === undefined ? {} : { next: JSON.stringify({ at }) }) };
      }
      const query = nextQueryOf(response);
      const next = query === undefined ? { after: place.at } : { at: place.at, query };
      const records = rowsOf(response).map((raw) => under(raw, { _creator: place.at }));
      return { records, next: JSON.stringify(next) };
    },
  };
}

/** The creator after this one, by id. */
export function nextCreator(response: HttpResponse, after: string): string | undefined {
  return accountsOf(response)
    .map((raw) => readPath(raw, 'id'))
    .filter((id) => typeof id === 'string')
    .filter((id) => id > after)
    .toSorted()[0];
}

/** Throws SyntaxError for a cursor that is none of ours. */
function readPlace(cursor: string | undefined): Place {
  if (cursor === undefined) return { after: '' };
  const read = schema.safeParse(JSON.parse(cursor));
  if (!read.success) throw new SyntaxError('the cursor is none of a walk through creators');
  return read.data;
}
