import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import {
  byName,
  edit,
  isoOf,
  listing,
  PAGE,
  post,
  REACH,
  readListing,
  remove,
  sinceLately,
  textOf,
} from './listing.ts';

const OWN = '/user/me/comments';
const TITLE_LENGTH = 80;

const record = z.object({
  name: z.string().regex(/^t1_[a-z0-9]+$/),
  body: z.string(),
  subreddit: z.string().optional(),
  author: z.string().optional(),
  parent_id: z.string(),
  link_id: z.string().optional(),
  link_title: z.string().optional(),
  permalink: z.string().optional(),
  created_utc: z.number(),
  edited: z.union([z.number(), z.boolean()]).optional(),
  score: z.number().optional(),
});

/** The account's comments, wherever they stand. */
export const comments = resource<z.infer<typeof record>>({
  name: 'comments',
  label: 'Comments',
  eventPrefix: 'comment',
  schema: record,
  idOf: (raw) => raw.name,
  updatedAtOf: (raw) => new Date(raw.created_utc * 1000),
  display: ({ name, body, subreddit, link_title: link }) => {
    const [line = ''] = body.trim().split('\n', 1);
    const title = line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH - 1)}…` : line;
    const where = [subreddit === undefined ? undefined : `r/${subreddit}`, link].filter(Boolean).join(' · ');
    return { title: title || `Comment ${name}`, ...(where === '' ? {} : { subtitle: where }) };
  },
  fieldsOf: (raw) => ({
    text: raw.body,
    parent: raw.parent_id,
    subreddit: raw.subreddit ?? null,
    post: raw.link_id ?? null,
    permalink: raw.permalink ?? null,
    author: raw.author ?? null,
    created: isoOf(raw.created_utc),
    edited: isoOf(raw.edited),
    score: raw.score ?? null,
  }),
  fields: [
    { name: 'text', label: 'Text', type: 'string', writable: true, required: true },
    // The full name of a post or a comment; an update leaves it where it is.
    { name: 'parent', label: 'Answers', type: 'string', writable: true, required: true },
    { name: 'subreddit', label: 'Community', type: 'string', writable: false },
    { name: 'post', label: 'Post', type: 'string', writable: false },
    { name: 'permalink', label: 'On Reddit', type: 'string', writable: false },
    { name: 'author', label: 'Author', type: 'string', writable: false },
    { name: 'created', label: 'Written', type: 'datetime', writable: false },
    { name: 'edited', label: 'Edited', type: 'datetime', writable: false },
    { name: 'score', label: 'Score', type: 'number', writable: false },
  ],
  pageSize: PAGE,
  listEndsAt: REACH,
  list: (args) => listing(OWN, args),
  readPage: readListing,
  incremental: sinceLately(OWN),
  get: byName,
  create: {
    request: (given) =>
      post('/api/comment', { thing_id: textOf(given['parent']), text: textOf(given['text']) }),
    // That the comment stands here whole is unconfirmed.
    read: (response) => {
      const [first] = [readPath(response.json(), 'json.data.things')].flat();
      return readPath(first, 'data');
    },
  },
  update: edit,
  delete: remove,
});
