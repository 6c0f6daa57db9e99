import { json } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import { guarded } from './guard.ts';
import { thing } from './shapes.ts';
import type {
  EmulatedAccount,
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const LARGEST_PAGE = 100;
const USUAL_PAGE = 25;
/** A listing goes no further back (unconfirmed). */
const REACH = 1000;
const COLLECTIONS: Readonly<Record<string, string>> = { t1: 'comments', t3: 'posts', t5: 'subreddits' };

export function findThing(world: World, account: EmulatedAccount, name: string): EmulatedRecord | undefined {
  const collection = COLLECTIONS[name.slice(0, 2)];
  return collection === undefined ? undefined : world.records.get(account.id, collection, name);
}

/** Who one is, what one posted, commented and follows, and things by name. */
export function thingRoutes(world: World): Route[] {
  const list = (request: EmulatorRequest, account: EmulatedAccount, collection: string): EmulatorResponse => {
    const things = world.records
      .all(account.id, collection)
      .filter((one) => one.archivedAt === undefined)
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      .slice(0, REACH);
    const asked = Number(request.query.get('limit') ?? USUAL_PAGE);
    const limit = Math.min(Math.max(1, Number.isNaN(asked) ? USUAL_PAGE : asked), LARGEST_PAGE);
    const after = request.query.get('after');
    const at = after === null ? 0 : things.findIndex((one) => one.id === after) + 1;
    // One that is gone from the list ends it.
    const start = after !== null && at === 0 ? things.length : at;
    const shown = things.slice(start, start + limit);
    const more = start + limit < things.length;
    return frame(request, shown, account, more ? (shown.at(-1)?.id ?? null) : null);
  };

  const ofUser =
    (collection: string) =>
    (request: EmulatorRequest): EmulatorResponse => {
      const name = request.params['name']?.toLowerCase();
      const other = world.definition.accounts.find((one) => one.name.toLowerCase() === name);
      return other === undefined ? failure(404, 'Not Found') : list(request, other, collection);
    };

  const info = (request: EmulatorRequest, account: EmulatedAccount): EmulatorResponse => {
    const names = (request.query.get('id') ?? '').split(',').slice(0, LARGEST_PAGE);
    const found = names.flatMap((name) => findThing(world, account, name) ?? []);
    return frame(request, found, account, null);
  };

  const me = (_request: EmulatorRequest, { id, name }: EmulatedAccount): EmulatorResponse =>
    json(200, {
      id,
      name,
      created_utc: 1_614_556_800,
      link_karma: 8123,
      comment_karma: 20_411,
      total_karma: 28_534,
      has_verified_email: true,
      over_18: false,
    });

  const get = (path: string, handler: Route['handler']): Route => ({
    method: 'GET',
    host: 'oauth',
    path,
    handler,
  });
  return [
    get('/api/v1/me', guarded(world, 'identity', me)),
    get('/user/:name/submitted', guarded(world, 'history', ofUser('posts'))),
    get('/user/:name/comments', guarded(world, 'history', ofUser('comments'))),
    get(
      '/subreddits/mine/subscriber',
      guarded(world, 'mysubreddits', (request, account) => list(request, account, 'subreddits')),
    ),
    get('/api/info', guarded(world, 'read', info)),
  ];
}

/** Without `raw_json` the three marks of HTML come escaped. */
function frame(
  request: EmulatorRequest,
  records: readonly EmulatedRecord[],
  account: EmulatedAccount,
  after: string | null,
): EmulatorResponse {
  const children = records.map((record) => thing(record, account));
  const answer = json(200, {
    kind: 'Listing',
    data: { after, before: null, dist: children.length, children },
  });
  if (request.query.get('raw_json') === '1' || typeof answer.body !== 'string') return answer;
  const body = answer.body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { ...answer, body };
}
