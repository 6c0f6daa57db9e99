import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import { messagesRequest, readMessages } from './chats-walk.ts';
import { plainText } from './plain-text.ts';
import { idShape, joined, known, ofCreator, under } from './shapes.ts';
import type { FieldValues, HttpResponse } from '../kit/index.ts';

const record = ofCreator.extend({
  _chat: z.string().min(1),
  id: idShape,
  text: z.string().nullish(),
  price: z.number().nullish(),
  isFree: z.boolean().nullish(),
  isTip: z.boolean().nullish(),
  isOpened: z.boolean().nullish(),
  mediaCount: z.number().nullish(),
  fromUser: z.object({ id: idShape }).nullish(),
  createdAt: z.string().nullish(),
});

/** Where a message stands: creator, chat and its own number. Throws RangeError for an id that is not so made. */
function placeOf(id: string): { creator: string; chat: string; path: string } {
  const [creator, chat, message, ...rest] = id.split(':');
  if (!creator || !chat || !message || rest.length > 0) throw new RangeError(`no message’s id: ${id}`);
  return { creator, chat, path: `${chatPath(creator, chat)}/${encodeURIComponent(message)}` };
}

function chatPath(creator: string, chat: string): string {
  return `api:/api/${encodeURIComponent(creator)}/chats/${encodeURIComponent(chat)}/messages`;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const read = (response: HttpResponse, creator: string, chat: string): unknown =>
  under(readPath(response.json(), 'data'), { _creator: creator, _chat: chat });

/** Messages of all chats. A new one is sent at once; one can be deleted within 24 hours of its sending. */
export const messages = resource<z.infer<typeof record>>({
  name: 'messages',
  label: 'Messages',
  eventPrefix: 'message',
  schema: record,
  idOf: (raw) => joined(raw._creator, raw._chat, raw.id),
  display: (raw) => ({ title: plainText(raw.text).slice(0, 120) || `Message ${raw.id}` }),
  fieldsOf: (raw) => ({
    creator_id: raw._creator,
    chat_id: raw._chat,
    text: plainText(raw.text),
    price: known(raw.price),
    // A chat has two sides, and its id is the fan's.
    from_fan: raw.fromUser ? String(raw.fromUser.id) === raw._chat : null,
    is_tip: known(raw.isTip),
    opened: known(raw.isOpened),
    media_count: known(raw.mediaCount),
    created_at: known(raw.createdAt),
  }),
  fields: [
    { name: 'creator_id', label: 'Creator', type: 'string', writable: true, required: true },
    { name: 'chat_id', label: 'Chat', type: 'string', writable: true, required: true },
    { name: 'text', label: 'Text', type: 'string', writable: true },
    { name: 'price', label: 'Price', type: 'number', writable: true },
    { name: 'from_fan', label: 'From the fan', type: 'boolean', writable: false },
    { name: 'is_tip', label: 'Tip', type: 'boolean', writable: false },
    { name: 'opened', label: 'Opened', type: 'boolean', writable: false },
    { name: 'media_count', label: 'Media', type: 'number', writable: false },
    { name: 'created_at', label: 'Sent', type: 'datetime', writable: false },
  ],
  pageSize: 100,
  list: messagesRequest,
  readPage: readMessages,

  get: {
    request: (id) => ({ method: 'GET', url: placeOf(id).path }),
    read: (response, id = '') => {
      const { creator, chat } = placeOf(id);
      return read(response, creator, chat);
    },
  },
  create: {
    request: (fields: FieldValues) => ({
      method: 'POST',
      url: chatPath(text(fields['creator_id']), text(fields['chat_id'])),
      json: {
        text: text(fields['text']),
        ...(fields['price'] === undefined || fields['price'] === null
          ? {}
          : { price: Number(fields['price']) }),
      },
    }),
    read: (response, fields = {}) => read(response, text(fields['creator_id']), text(fields['chat_id'])),
  },
  delete: { request: (id) => ({ method: 'DELETE', url: placeOf(id).path }) },
});
