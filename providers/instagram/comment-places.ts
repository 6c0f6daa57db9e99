import { z } from 'zod';
import { graph } from './api.ts';
import type { HttpRequestSpec } from '../kit/index.ts';

const PER_POST = 50;

const schema = z.object({
  /** Posts whose comments went past their first page, and where to go on in each. */
  open: z.array(z.object({ id: z.string(), after: z.string() })),
  /** Where the next page of posts begins; absent when there is none. */
  media: z.string().optional(),
});

/** Where a walk through the comments of all posts stands. It is the cursor, as JSON. */
export type Place = z.infer<typeof schema>;

/** The place of a cursor; without one, the beginning. Throws SyntaxError for a cursor that is none of ours. */
export function readPlace(cursor: string | undefined): Place {
  if (cursor === undefined) return { open: [] };
  const read = schema.safeParse(JSON.parse(cursor));
  if (!read.success) throw new SyntaxError('the cursor is none of a walk through comments');
  return read.data;
}

/** The cursor of a place, undefined when nothing is left. */
export function writePlace(place: Place): string | undefined {
  return place.open.length === 0 && place.media === undefined ? undefined : JSON.stringify(place);
}

/** What to ask for at a place: the rest of the first open post, or else the next page of posts. */
export function requestOf(place: Place, fields: string, limit: number): HttpRequestSpec {
  const [post] = place.open;
  if (post !== undefined) {
    return {
      method: 'GET',
      url: `${graph}/${encodeURIComponent(post.id)}/comments`,
      query: { fields, limit: PER_POST, after: post.after },
    };
  }
  return {
    method: 'GET',
    url: `${graph}/me/media`,
    // Expanding an edge in `fields` is Graph's way; that it holds on this host is unconfirmed.
    query: { fields: `id,media_type,comments.limit(${PER_POST}){${fields}}`, limit, after: place.media },
  };
}
