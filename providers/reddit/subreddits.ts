import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { isoOf, listing, PAGE, readListing } from './listing.ts';

const record = z.object({
  name: z.string().regex(/^t5_[a-z0-9]+$/),
  display_name: z.string(),
  title: z.string().optional(),
  public_description: z.string().nullish(),
  subscribers: z.number().nullish(),
  url: z.string().optional(),
  over18: z.boolean().nullish(),
  created_utc: z.number().optional(),
});

/** Communities the account follows. No time of a change is told: every run reads them all. */
export const subreddits = resource<z.infer<typeof record>>({
  name: 'subreddits',
  label: 'Communities',
  eventPrefix: 'subreddit',
  schema: record,
  idOf: (raw) => raw.name,
  display: ({ display_name: name, title }) => ({ title: `r/${name}`, ...(title ? { subtitle: title } : {}) }),
  fieldsOf: (raw) => ({
    name: raw.display_name,
    title: raw.title ?? null,
    description: raw.public_description ?? null,
    subscribers: raw.subscribers ?? null,
    path: raw.url ?? null,
    adult: raw.over18 ?? false,
    created: isoOf(raw.created_utc),
  }),
  fields: [
    { name: 'name', label: 'Name', type: 'string', writable: false },
    { name: 'title', label: 'Title', type: 'string', writable: false },
    { name: 'description', label: 'Description', type: 'string', writable: false },
    { name: 'subscribers', label: 'Subscribers', type: 'number', writable: false },
    { name: 'path', label: 'Path', type: 'string', writable: false },
    { name: 'adult', label: 'Adult', type: 'boolean', writable: false },
    { name: 'created', label: 'Made', type: 'datetime', writable: false },
  ],
  pageSize: PAGE,
  list: (args) => listing('/subreddits/mine/subscriber', args),
  readPage: readListing,
});
