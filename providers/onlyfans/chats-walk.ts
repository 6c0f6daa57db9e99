import { z } from 'zod';
import { readPath } from '../kit/index.ts';
import { nextCreator } from './creators-walk.ts';
import { nextQueryOf, rowsOf, under } from './shapes.ts';
import type { HttpRequestSpec, HttpResponse, ListArgs, Page } from '../kit/index.ts';

const CHATS = 10;

const query = z.record(z.string(), z.string());
const schema = z.object({
  /** The creator, or the last one that is done. */
  creator: z.string(),
  /** Chats to read, the first of them under way; none: a page of chats is asked for. */
  chats: z.array(z.string()).optional(),
  /** Where the messages of the first chat go on. */
  messages: query.optional(),
  /** Where the creator's chats go on; null: these are the last. */
  more: query.nullish(),
  done: z.boolean().optional(),
});

type Place = z.infer<typeof schema>;

/** What to ask for in a walk through creators, their chats, and each chat's messages. */
export function messagesRequest({ cursor, limit }: ListArgs): HttpRequestSpec {
  const { creator, chats, messages, more, done } = readPlace(cursor);
  const at = `api:/api/${encodeURIComponent(creator)}/chats`;
  if (done === true) return { method: 'GET', url: 'api:/api/accounts' };
  const [chat] = chats ?? [];
  if (chat === undefined) return { method: 'GET', url: at, query: { limit: CHATS, ...more } };
  const url = `${at}/${encodeURIComponent(chat)}/messages`;
  return { method: 'GET', url, query: { limit, ...messages } };
}

/**
 * A page of that walk: of messages, or none while the way to the next is found. Chats are listed by their last
 * message, so one in which somebody writes meanwhile can move before the walk and is then read by its webhook.
 */
export function readMessages(response: HttpResponse, args?: ListArgs): Page {
  const { creator, chats = [], more, done } = readPlace(args?.cursor);
  const on = (place: Place): string => JSON.stringify(place);
  if (done === true) {
    const next = nextCreator(response, creator);
    return { records: [], ...(next === undefined ? {} : { next: on({ creator: next }) }) };
  }
  const after = (left: string[], further: Record<string, string> | null | undefined): string => {
    if (left.length > 0) return on({ creator, chats: left, more: further ?? null });
    return further ? on({ creator, more: further }) : on({ creator, done: true });
  };
  const [chat, ...others] = chats;
  const next = nextQueryOf(response);
  if (chat === undefined) {
    const ids = rowsOf(response).flatMap((raw) => {
      const id = readPath(raw, 'fan.id');
      return typeof id === 'number' || typeof id === 'string' ? [String(id)] : [];
    });
    return { records: [], next: after(ids, next) };
  }
  const records = rowsOf(response).map((raw) => under(raw, { _creator: creator, _chat: chat }));
  if (next !== undefined)
    return { records, next: on({ creator, chats, messages: next, more: more ?? null }) };
  return { records, next: after(others, more) };
}

/** Throws SyntaxError for a cursor that is none of ours. */
function readPlace(cursor: string | undefined): Place {
  if (cursor === undefined) return { creator: '', done: true };
  const read = schema.safeParse(JSON.parse(cursor));
  if (!read.success) throw new SyntaxError('the cursor is none of a walk through chats');
  return read.data;
}
