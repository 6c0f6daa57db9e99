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
import type { FieldValues, HttpResponse } from '../kit/index.ts';

const OWN = '/user/me/submitted';

const record = z.object({
  name: z.string().regex(/^t3_[a-z0-9]+$/),
  title: z.string(),
  subreddit: z.string(),
  author: z.string().optional(),
  is_self: z.boolean(),
  selftext: z.string().optional(),
  url: z.string().optional(),
  permalink: z.string().optional(),
  created_utc: z.number(),
  edited: z.union([z.number(), z.boolean()]).optional(),
  score: z.number().optional(),
  num_comments: z.number().optional(),
  over_18: z.boolean().optional(),
});

/** The account's posts. Only a text can be edited, and a link never. */
export const posts = resource<z.infer<typeof record>>({
  name: 'posts',
  label: 'Posts',
  eventPrefix: 'post',
  schema: record,
  idOf: (raw) => raw.name,
  // By this the listing runs; the time of an edit is a field.
  updatedAtOf: (raw) => new Date(raw.created_utc * 1000),
  display: ({ title, name, subreddit }) => ({ title: title || name, subtitle: `r/${subreddit}` }),
  fieldsOf: (raw) => ({
    title: raw.title,
    subreddit: raw.subreddit,
    kind: raw.is_self ? 'self' : 'link',
    text: raw.is_self ? (raw.selftext ?? '') : null,
    url: raw.url ?? null,
    permalink: raw.permalink ?? null,
    author: raw.author ?? null,
    created: isoOf(raw.created_utc),
    edited: isoOf(raw.edited),
    score: raw.score ?? null,
    comments: raw.num_comments ?? null,
    adult: raw.over_18 ?? false,
  }),
  fields: [
    { name: 'title', label: 'Title', type: 'string', writable: true, required: true },
    { name: 'subreddit', label: 'Community', type: 'string', writable: true, required: true },
    { name: 'kind', label: 'Kind', type: 'enum', writable: true },
    { name: 'text', label: 'Text', type: 'string', writable: true },
    { name: 'url', label: 'Link', type: 'url', writable: true },
    { name: 'permalink', label: 'On Reddit', type: 'string', writable: false },
    { name: 'author', label: 'Author', type: 'string', writable: false },
    { name: 'created', label: 'Posted', type: 'datetime', writable: false },
    { name: 'edited', label: 'Edited', type: 'datetime', writable: false },
    { name: 'score', label: 'Score', type: 'number', writable: false },
    { name: 'comments', label: 'Comments', type: 'number', writable: false },
    { name: 'adult', label: 'Adult', type: 'boolean', writable: false },
  ],
  pageSize: PAGE,
  listEndsAt: REACH,
  list: (args) => listing(OWN, args),
  readPage: readListing,
  incremental: sinceLately(OWN),
  get: byName,
  create: {
    request: (given) => {
      const link = kindOf(given) === 'link';
      const content = link ? { url: textOf(given['url']) } : { text: textOf(given['text']) };
      const [sr, title] = [textOf(given['subreddit']), textOf(given['title'])];
      return post('/api/submit', { kind: link ? 'link' : 'self', sr, title, ...content });
    },
    read: (response, given = {}) => made(response, given),
  },
  update: edit,
  delete: remove,
});

function kindOf(given: FieldValues): 'link' | 'self' {
  if (given['kind'] === 'link' || given['kind'] === 'self') return given['kind'];
  return textOf(given['url']) === '' ? 'self' : 'link';
}

/** The answer names the new post and no more: the rest is what was sent, and the answer's own time. */
function made(response: HttpResponse, given: FieldValues): unknown {
  const body = response.json();
  const url = readPath(body, 'json.data.url');
  const self = kindOf(given) === 'self';
  return {
    name: readPath(body, 'json.data.name'),
    title: textOf(given['title']),
    subreddit: textOf(given['subreddit']),
    is_self: self,
    ...(self ? { selftext: textOf(given['text']) } : {}),
    ...(self && typeof url === 'string' ? { url } : { url: textOf(given['url']) }),
    created_utc: Math.floor(Date.parse(response.headers['date'] ?? '') / 1000),
  };
}
