import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import { graph } from './api.ts';
import { readPlace, requestOf, writePlace } from './comment-places.ts';
import { afterOf, dataOf, GRAPH_TIME, isoOf } from './pages.ts';
import type { HttpResponse, ListArgs, Page } from '../kit/index.ts';

const record = z.object({
  id: z.string().regex(/^\d+$/),
  // All but the id may be missing: after a creation, and where the writer's settings hide it.
  text: z.string().optional(),
  timestamp: z.string().regex(GRAPH_TIME).optional(),
  username: z.string().optional(),
  from: z.object({ id: z.string().optional(), username: z.string().optional() }).optional(),
  like_count: z.number().optional(),
  hidden: z.boolean().optional(),
  media: z.object({ id: z.string() }).optional(),
});

const FIELDS = Object.keys(record.shape).join(',');

/**
 * Comments on the account's own posts. Instagram lists them by post only, so that a page is a page of posts with the
 * first comments of each, followed by further pages of those posts that have more. No time bounds exist: every run is
 * a full one, and webhooks tell of new ones meanwhile. Replies are left out: they hang on comments, a third level.
 */
export const comments = resource<z.infer<typeof record>>({
  name: 'comments',
  label: 'Comments',
  eventPrefix: 'comment',
  schema: record,
  idOf: (raw) => raw.id,
  display: ({ id, text, ...raw }) => {
    const writer = raw.username ?? raw.from?.username;
    return {
      title: text?.trim() || `Comment ${id}`,
      ...(writer === undefined ? {} : { subtitle: `@${writer}` }),
    };
  },
  fieldsOf: (raw) => ({
    text: raw.text ?? null,
    media_id: raw.media?.id ?? null,
    username: raw.username ?? raw.from?.username ?? null,
    timestamp: raw.timestamp === undefined ? null : isoOf(raw.timestamp),
    like_count: raw.like_count ?? null,
    hidden: raw.hidden ?? null,
  }),
  fields: [
    { name: 'text', label: 'Text', type: 'string', writable: true, required: true },
    { name: 'media_id', label: 'Post', type: 'string', writable: true, required: true },
    { name: 'username', label: 'Written by', type: 'string', writable: false },
    { name: 'timestamp', label: 'Written', type: 'datetime', writable: false },
    { name: 'like_count', label: 'Likes', type: 'number', writable: false },
    { name: 'hidden', label: 'Hidden', type: 'boolean', writable: false },
  ],
  // Of posts.
  pageSize: 25,
  list: (args) => requestOf(readPlace(args.cursor), FIELDS, args.limit),
  readPage,

  get: {
    request: (id) => ({
      method: 'GET',
      url: `${graph}/${encodeURIComponent(id)}`,
      query: { fields: FIELDS },
    }),
    read: (response) => response.json(),
  },
  create: {
    request: ({ media_id: post, text }) => ({
      method: 'POST',
      url: `${graph}/${encodeURIComponent(String(post))}/comments`,
      form: { message: typeof text === 'string' ? text : '' },
    }),
    read: (response) => response.json(),
  },
  delete: { request: (id) => ({ method: 'DELETE', url: `${graph}/${encodeURIComponent(id)}` }) },
});

/** Throws SyntaxError for an answer that is not the page that was asked for: read as no comments, it would delete some. */
function readPage(response: HttpResponse, args?: ListArgs): Page {
  const body = response.json();
  const place = readPlace(args?.cursor);
  const [post, ...others] = place.open;
  if (post !== undefined) {
    const after = afterOf(body);
    const open = after === undefined ? others : [{ id: post.id, after }, ...others];
    return page(dataOf(body).map(on(post.id)), writePlace({ ...place, open }));
  }
  const posts = dataOf(body).map((one) => {
    const id = readPath(one, 'id');
    if (typeof id !== 'string' || readPath(one, 'media_type') === undefined) {
      throw new SyntaxError("Instagram's answer is not a page of posts");
    }
    // A post without comments has no such edge.
    const edge = readPath(one, 'comments');
    const after = afterOf(edge);
    return {
      records: edge === undefined ? [] : dataOf(edge).map(on(id)),
      open: after === undefined ? [] : [{ id, after }],
    };
  });
  const media = afterOf(body);
  const open = posts.flatMap((one) => one.open);
  return page(
    posts.flatMap((one) => one.records),
    writePlace({ open, ...(media === undefined ? {} : { media }) }),
  );
}

const on = (post: string) => (comment: unknown) =>
  typeof comment === 'object' && comment !== null ? { ...comment, media: { id: post } } : comment;

function page(records: unknown[], next: string | undefined): Page {
  return { records, ...(next === undefined ? {} : { next }) };
}
