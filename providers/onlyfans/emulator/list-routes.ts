import { enveloped, invalid } from './envelopes.ts';
import { underCreator } from './guard.ts';
import { chatView, creatorOf, fanView, isExpired, newestByChat, transactionView } from './views.ts';
import type { Meta } from './envelopes.ts';
import type {
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const DAY_MS = 86_400_000;
const FANS = 50;

/** What is listed under a creator: fans, chats, transactions. */
export function listRoutes(world: World): Route[] {
  const live = (team: string, collection: string, creator: string): EmulatedRecord[] =>
    world.records
      .all(team, collection)
      .filter((one) => one.archivedAt === undefined && creatorOf(one) === creator);

  const fans = (which: 'all' | 'active' | 'expired'): Route => ({
    method: 'GET',
    host: 'api',
    path: `/api/:account/fans/${which}`,
    handler: underCreator(world, (request, { team, meta }, creator) => {
      const rows = live(team.id, 'fans', creator.id)
        .filter((one) => which === 'all' || isExpired(one, world.now()) === (which === 'expired'))
        .toSorted((a, b) => b.createdAt - a.createdAt);
      return byOffset(request, meta, rows, FANS, (one) => fanView(one, world.now()), 'list');
    }),
  });

  const chats = underCreator(world, (request, { team, meta }, creator) => {
    const newest = newestByChat(world, team.id);
    const at = (one: EmulatedRecord): number => newest.get(one.id)?.createdAt ?? 0;
    const rows = live(team.id, 'chats', creator.id).toSorted(
      (a, b) => at(b) - at(a) || (a.id < b.id ? -1 : 1),
    );
    return byOffset(request, meta, rows, 100, (one) => chatView(world, one, newest.get(one.id)), 'plain');
  });

  const transactions = underCreator(world, (request, { team, meta }, creator) => {
    const since = startOf(request.query.get('startDate') ?? '-30days', world.now());
    if (since === undefined) return invalid('startDate', 'The start date is not a valid date.');
    const limit = Number(request.query.get('limit') ?? 10);
    const marker = Number(request.query.get('marker') ?? Number.POSITIVE_INFINITY);
    const rows = live(team.id, 'transactions', creator.id)
      .filter((one) => one.createdAt >= since && one.createdAt < marker)
      .toSorted((a, b) => b.createdAt - a.createdAt);
    // The marker is a time: those that share the last one stay together.
    const edge = rows[limit - 1]?.createdAt ?? Number.NEGATIVE_INFINITY;
    const list = rows.filter((one) => one.createdAt >= edge);
    const hasMore = list.length < rows.length;
    const data = { list: list.map((one) => transactionView(world, one)), hasMore, nextMarker: edge };
    return enveloped(data, meta, hasMore ? linkTo(request, { marker: edge }) : null);
  });

  return [
    fans('all'),
    fans('active'),
    fans('expired'),
    { method: 'GET', host: 'api', path: '/api/:account/chats', handler: chats },
    { method: 'GET', host: 'api', path: '/api/:account/transactions', handler: transactions },
  ];
}

/** The address of the next page, on the gateway's own host: what runs before it must not be believed. */
export function linkTo(request: EmulatorRequest, params: Record<string, string | number>): string {
  const url = new URL(`https://app.onlyfansapi.com${request.path}`);
  for (const [name, value] of request.query) url.searchParams.set(name, value);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, String(value));
  return url.href;
}

/** A page by limit and offset. Every other page is one short, as OnlyFans' are now and then, and nothing is skipped. */
function byOffset(
  request: EmulatorRequest,
  meta: Meta,
  rows: readonly EmulatedRecord[],
  most: number,
  view: (row: EmulatedRecord) => unknown,
  shape: 'list' | 'plain',
): EmulatorResponse {
  const limit = Number(request.query.get('limit') ?? 10);
  const offset = Number(request.query.get('offset') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    return invalid('limit', `The limit must be between 1 and ${most}.`);
  if (!Number.isInteger(offset) || offset < 0) return invalid('offset', 'The offset must be at least 0.');
  const size = offset > 0 && limit > 1 ? limit - 1 : limit;
  const page = rows.slice(offset, offset + size).map(view);
  const next = offset + size < rows.length ? linkTo(request, { limit, offset: offset + size }) : null;
  return enveloped(shape === 'plain' ? page : { list: page, hasMore: next !== null }, meta, next);
}

/** A day or a number of days back; undefined when it is neither. */
function startOf(text: string, now: Date): number | undefined {
  const days = /^-(\d+)\s?days$/.exec(text)?.[1];
  const at = days === undefined ? Date.parse(text) : now.getTime() - Number(days) * DAY_MS;
  return Number.isNaN(at) ? undefined : at;
}
