import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import type { HttpRequestSpec, HttpResponse, Page } from '../kit/index.ts';

const DAY_MS = 24 * 3_600_000;
const PAGE = 20;

const record = z.object({
  id: z.string().regex(/^\d+$/),
  /** Seconds since 1970. */
  create_time: z.number().int(),
  title: z.string().optional(),
  video_description: z.string().optional(),
  duration: z.number().optional(),
  share_url: z.string().optional(),
  like_count: z.number().optional(),
  comment_count: z.number().optional(),
  share_count: z.number().optional(),
  view_count: z.number().optional(),
});

// Not cover_image_url: it is signed anew every few hours, so that every video would look changed.
const FIELDS = Object.keys(record.shape).join(',');

/** The page of videos made before a time; the cursor is that time, in milliseconds. */
function list({ cursor, limit, until }: { cursor?: string; limit: number; until?: Date }): HttpRequestSpec {
  const before = cursor === undefined ? until?.getTime() : Number(cursor);
  return {
    method: 'POST',
    url: 'api:/v2/video/list/',
    query: { fields: FIELDS },
    json: { max_count: Math.min(limit, PAGE), ...(before === undefined ? {} : { cursor: before }) },
    budget: 'video_list',
    idempotent: true,
  };
}

/** Throws SyntaxError for an answer without its list. The cursor stands on the last page too: `has_more` decides. */
function readPage(response: HttpResponse): Page {
  const data = readPath(response.json(), 'data');
  const videos = readPath(data, 'videos');
  if (!Array.isArray(videos)) throw new SyntaxError('no list at "data.videos" in TikTok\'s answer');
  const cursor = readPath(data, 'cursor');
  const more =
    readPath(data, 'has_more') === true && (typeof cursor === 'number' || typeof cursor === 'string');
  return { records: videos as unknown[], ...(more ? { next: String(cursor) } : {}) };
}

/**
 * The account's public videos, newest first, with figures that move all the time. No time of change is told and no
 * lower bound taken: a run over what is new walks down to a week before the last, in which most views come; the
 * figures of older videos wait for the next full run.
 */
export const videos = resource<z.infer<typeof record>>({
  name: 'videos',
  label: 'Videos',
  eventPrefix: 'video',
  schema: record,
  idOf: (raw) => raw.id,
  updatedAtOf: (raw) => new Date(raw.create_time * 1000),
  display: ({ id, title, video_description: description, view_count: views }) => ({
    title: title?.trim() || description?.trim() || `Video ${id}`,
    ...(views === undefined ? {} : { subtitle: new Intl.NumberFormat('en').format(views) + ' views' }),
  }),
  fieldsOf: (raw) => ({
    title: raw.title ?? null,
    video_description: raw.video_description ?? null,
    create_time: new Date(raw.create_time * 1000).toISOString(),
    duration: raw.duration ?? null,
    share_url: raw.share_url ?? null,
    like_count: raw.like_count ?? null,
    comment_count: raw.comment_count ?? null,
    share_count: raw.share_count ?? null,
    view_count: raw.view_count ?? null,
  }),
  fields: [
    { name: 'title', label: 'Title', type: 'string', writable: false },
    { name: 'video_description', label: 'Description', type: 'string', writable: false },
    { name: 'create_time', label: 'Published', type: 'datetime', writable: false },
    { name: 'duration', label: 'Length in seconds', type: 'number', writable: false },
    { name: 'share_url', label: 'Link', type: 'url', writable: false },
    { name: 'like_count', label: 'Likes', type: 'number', writable: false },
    { name: 'comment_count', label: 'Comments', type: 'number', writable: false },
    { name: 'share_count', label: 'Shares', type: 'number', writable: false },
    { name: 'view_count', label: 'Views', type: 'number', writable: false },
  ],
  pageSize: PAGE,
  list,
  readPage,
  incremental: { window: 'created', newestFirst: true, lookBackMs: 7 * DAY_MS, request: list },
  get: {
    request: (id) => ({
      method: 'POST',
      url: 'api:/v2/video/query/',
      query: { fields: FIELDS },
      json: { filters: { video_ids: [id] } },
      budget: 'video_query',
      idempotent: true,
    }),
    read: (response) => [readPath(response.json(), 'data.videos')].flat()[0],
  },
});
