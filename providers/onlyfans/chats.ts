import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { creatorsWalk } from './creators-walk.ts';
import { plainText } from './plain-text.ts';
import { joined, known, ofCreator, personShape } from './shapes.ts';

const record = ofCreator.extend({
  fan: personShape,
  canSendMessage: z.boolean().nullish(),
  isMutedNotifications: z.boolean().nullish(),
  unreadMessagesCount: z.number().nullish(),
  lastMessage: z.object({ text: z.string().nullish(), createdAt: z.string().nullish() }).nullish(),
});

const walk = creatorsWalk({
  path: (creator) => `/api/${encodeURIComponent(creator)}/chats`,
  query: (limit) => ({ limit }),
});

/** Conversations. A chat's id is its fan's. */
export const chats = resource<z.infer<typeof record>>({
  name: 'chats',
  label: 'Chats',
  eventPrefix: 'chat',
  schema: record,
  idOf: (raw) => joined(raw._creator, raw.fan.id),
  display: ({ fan, lastMessage }) => {
    const subtitle = plainText(lastMessage?.text);
    return {
      title: fan.name || fan.username || `Chat ${fan.id}`,
      ...(subtitle === '' ? {} : { subtitle: subtitle.slice(0, 120) }),
    };
  },
  fieldsOf: (raw) => ({
    creator_id: raw._creator,
    fan_id: String(raw.fan.id),
    fan_name: known(raw.fan.name),
    fan_username: known(raw.fan.username),
    can_send: known(raw.canSendMessage),
    muted: known(raw.isMutedNotifications),
    unread: known(raw.unreadMessagesCount),
    last_message: plainText(raw.lastMessage?.text) || null,
    last_message_at: known(raw.lastMessage?.createdAt),
  }),
  fields: [
    { name: 'creator_id', label: 'Creator', type: 'string', writable: false },
    { name: 'fan_id', label: 'Fan', type: 'string', writable: false },
    { name: 'fan_name', label: 'Fan’s name', type: 'string', writable: false },
    { name: 'fan_username', label: 'Fan’s user name', type: 'string', writable: false },
    { name: 'can_send', label: 'Can be written to', type: 'boolean', writable: false },
    { name: 'muted', label: 'Muted', type: 'boolean', writable: false },
    { name: 'unread', label: 'Unread', type: 'number', writable: false },
    { name: 'last_message', label: 'Last message', type: 'string', writable: false },
    { name: 'last_message_at', label: 'Last message at', type: 'datetime', writable: false },
  ],
  // That more are given at once is unconfirmed.
  pageSize: 10,
  list: walk.request,
  readPage: walk.readPage,
});
