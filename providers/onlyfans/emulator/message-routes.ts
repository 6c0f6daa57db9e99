import { readJson } from '../../kit/emulator/index.ts';
import { enveloped, invalid, refused } from './envelopes.ts';
import { underCreator } from './guard.ts';
import { linkTo } from './list-routes.ts';
import { ownPart } from './numbers.ts';
import { messagesOf, messageView } from './views.ts';
import type { Caller } from './guard.ts';
import type {
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const DAY_MS = 86_400_000;
const MOST = 100;

/** The messages of a chat: list, read, send, delete within a day. */
export function messageRoutes(world: World): Route[] {
  type Act = (request: EmulatorRequest, caller: Caller, chat: string) => EmulatorResponse;
  const route = (method: string, tail: string, act: Act): Route => ({
    method,
    host: 'api',
    path: `/api/:account/chats/:chat/messages${tail}`,
    handler: underCreator(world, (request, caller, creator) => {
      const chat = `${creator.id}:${request.params['chat'] ?? ''}`;
      const known =
        world.records.get(caller.team.id, 'chats', chat) ?? world.records.get(caller.team.id, 'fans', chat);
      return known === undefined ? refused(404, 'Chat not found.') : act(request, caller, chat);
    }),
  });
  const find = (request: EmulatorRequest, team: string, chat: string): EmulatedRecord | undefined =>
    messagesOf(world, team, chat).find((one) => ownPart(one.id) === request.params['id']);

  return [
    route('GET', '', (request, { team, meta }, chat) => {
      const limit = Number(request.query.get('limit') ?? 10);
      if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
        return invalid('limit', `The limit must be between 1 and ${MOST}.`);
      const all = messagesOf(world, team.id, chat);
      const first = request.query.get('first_id');
      const start = first === null ? 0 : all.findIndex((one) => ownPart(one.id) === first);
      const rows = start < 0 ? [] : all.slice(start);
      const following = rows[limit];
      const next = following === undefined ? null : linkTo(request, { first_id: ownPart(following.id) });
      return enveloped(rows.slice(0, limit).map(messageView), meta, next);
    }),
    route('POST', '', (request, { team, meta }, chat) => {
      const body = readJson(request);
      const text = body?.['text'];
      if (typeof text !== 'string' || text === '')
        return invalid('text', 'The text field is required when media files is not present.');
      const price = Number(body?.['price'] ?? 0);
      if (!(price >= 0) || price > 200) return invalid('price', 'The price must be between 0 and 200.');
      const fields = { text, price: String(price), from: 'creator', chat };
      return enveloped(messageView(world.records.create(team.id, 'messages', fields)), meta);
    }),
    route('GET', '/:id', (request, { team, meta }, chat) => {
      const found = find(request, team.id, chat);
      return found === undefined ? refused(404, 'Message not found.') : enveloped(messageView(found), meta);
    }),
    route('DELETE', '/:id', (request, { team, meta }, chat) => {
      const found = find(request, team.id, chat);
      if (found === undefined) return refused(404, 'Message not found.');
      if (world.now().getTime() - found.createdAt > DAY_MS)
        return refused(400, 'Only messages sent less than 24 hours ago can be deleted.');
      world.records.archive(team.id, 'messages', found.id);
      return enveloped({ success: true }, meta);
    }),
  ];
}
