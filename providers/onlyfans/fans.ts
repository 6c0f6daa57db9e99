import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { creatorsWalk } from './creators-walk.ts';
import { joined, known, ofCreator, personShape } from './shapes.ts';

const record = personShape.extend({
  ...ofCreator.shape,
  displayName: z.string().nullish(),
  subscribedOn: z.boolean().nullish(),
  subscribedOnExpiredNow: z.boolean().nullish(),
  subscribedOnData: z
    .object({
      subscribeAt: z.string().nullish(),
      renewedAt: z.string().nullish(),
      expiredAt: z.string().nullish(),
      price: z.number().nullish(),
      totalSumm: z.number().nullish(),
      tipsSumm: z.number().nullish(),
      messagesSumm: z.number().nullish(),
    })
    .nullish(),
});

const walk = creatorsWalk({
  path: (creator) => `/api/${encodeURIComponent(creator)}/fans/all`,
  query: (limit) => ({ limit }),
});

/**
 * Subscribers, present and past. No filter by change exists: every run is a full one, and webhooks tell of new and
 * renewed ones meanwhile. A page may be short without being the last. When somebody was last seen is left out: it
 * would make a change of every look.
 */
export const fans = resource<z.infer<typeof record>>({
  name: 'fans',
  label: 'Fans',
  eventPrefix: 'fan',
  schema: record,
  idOf: (raw) => joined(raw._creator, raw.id),
  display: (raw) => ({
    title: raw.displayName || raw.name || raw.username || `Fan ${raw.id}`,
    ...(raw.username ? { subtitle: `@${raw.username}` } : {}),
  }),
  fieldsOf: ({ subscribedOnData: terms, ...raw }) => ({
    creator_id: raw._creator,
    username: known(raw.username),
    name: known(raw.name),
    custom_name: raw.displayName || null,
    subscribed: known(raw.subscribedOn),
    expired: known(raw.subscribedOnExpiredNow),
    subscribed_at: known(terms?.subscribeAt),
    renewed_at: known(terms?.renewedAt),
    expires_at: known(terms?.expiredAt),
    price: known(terms?.price),
    total_spent: known(terms?.totalSumm),
    tips_spent: known(terms?.tipsSumm),
    messages_spent: known(terms?.messagesSumm),
  }),
  fields: [
    { name: 'creator_id', label: 'Creator', type: 'string', writable: false },
    { name: 'username', label: 'User name', type: 'string', writable: false },
    { name: 'name', label: 'Name', type: 'string', writable: false },
    { name: 'custom_name', label: 'Custom name', type: 'string', writable: false },
    { name: 'subscribed', label: 'Subscribed', type: 'boolean', writable: false },
    { name: 'expired', label: 'Expired', type: 'boolean', writable: false },
    { name: 'subscribed_at', label: 'Subscribed since', type: 'datetime', writable: false },
    { name: 'renewed_at', label: 'Renewed', type: 'datetime', writable: false },
    { name: 'expires_at', label: 'Expires', type: 'datetime', writable: false },
    { name: 'price', label: 'Price', type: 'number', writable: false },
    { name: 'total_spent', label: 'Spent in all', type: 'number', writable: false },
    { name: 'tips_spent', label: 'Spent on tips', type: 'number', writable: false },
    { name: 'messages_spent', label: 'Spent on messages', type: 'number', writable: false },
  ],
  pageSize: 50,
  list: walk.request,
  readPage: walk.readPage,
});
