import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { graph } from './api.ts';
import { afterOf, dataOf, GRAPH_TIME, isoOf } from './pages.ts';
import type { HttpRequestSpec, ListArgs } from '../kit/index.ts';

const DAY_MS = 24 * 3_600_000;
/** The edge's largest page (unconfirmed). */
const PAGE = 100;

const record = z.object({
  id: z.string().regex(/^\d+$/),
  caption: z.string().optional(),
  media_type: z.string(),
  media_product_type: z.string().optional(),
  permalink: z.string().optional(),
  timestamp: z.string().regex(GRAPH_TIME),
  username: z.string().optional(),
  // Left out when the owner hides it.
  like_count: z.number().optional(),
  comments_count: z.number().optional(),
});

// Not media_url nor thumbnail_url: they are signed anew for every answer, so that every post would look changed.
const FIELDS = Object.keys(record.shape).join(',');

const seconds = (at: Date | undefined): number | undefined =>
  at === undefined ? undefined : Math.floor(at.getTime() / 1000);

/** `me` stands for the token's account, on edges too (unconfirmed; the pages spell the id). */
const list = (args: ListArgs & { since?: Date; until?: Date }): HttpRequestSpec => ({
  method: 'GET',
  url: `${graph}/me/media`,
  query: {
    fields: FIELDS,
    limit: Math.min(args.limit, PAGE),
    after: args.cursor,
    since: seconds(args.since),
    until: seconds(args.until),
  },
});

/**
 * Posts and reels, newest first. They can be asked for by their making only, and no time of change is told: a run over
 * what is new looks back a week, in which most likes and comments come; the rest waits for the next full one. They can
 * be neither changed nor deleted through this API, and publishing takes two calls: see the proxy.
 */
export const media = resource<z.infer<typeof record>>({
  name: 'media',
  label: 'Posts',
  eventPrefix: 'media',
  schema: record,
  idOf: (raw) => raw.id,
  display: ({ id, caption, media_type: type, username }) => {
    const title = caption?.split('\n', 1)[0]?.trim() || `${type.toLowerCase().replaceAll('_', ' ')} ${id}`;
    return { title, ...(username === undefined ? {} : { subtitle: `@${username}` }) };
  },
  fieldsOf: (raw) => ({
    caption: raw.caption ?? null,
    media_type: raw.media_type,
    media_product_type: raw.media_product_type ?? null,
    permalink: raw.permalink ?? null,
    timestamp: isoOf(raw.timestamp),
    username: raw.username ?? null,
    like_count: raw.like_count ?? null,
    comments_count: raw.comments_count ?? null,
  }),
  fields: [
    { name: 'caption', label: 'Caption', type: 'string', writable: false },
    { name: 'media_type', label: 'Type', type: 'enum', writable: false },
    { name: 'media_product_type', label: 'Shown as', type: 'enum', writable: false },
    { name: 'permalink', label: 'Link', type: 'url', writable: false },
    { name: 'timestamp', label: 'Published', type: 'datetime', writable: false },
    { name: 'username', label: 'Account', type: 'string', writable: false },
    { name: 'like_count', label: 'Likes', type: 'number', writable: false },
    { name: 'comments_count', label: 'Comments', type: 'number', writable: false },
  ],
  pageSize: PAGE,
  list,
  readPage: (response) => {
    const body = response.json();
    const next = afterOf(body);
    return { records: dataOf(body), ...(next === undefined ? {} : { next }) };
  },
  incremental: { window: 'created', lookBackMs: 7 * DAY_MS, request: list },
  get: {
    request: (id) => ({
      method: 'GET',
      url: `${graph}/${encodeURIComponent(id)}`,
      query: { fields: FIELDS },
    }),
    read: (response) => response.json(),
  },
});
