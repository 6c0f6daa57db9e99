import { json } from '../../kit/emulator/index.ts';
import { edge } from './edge.ts';
import { missing, wrongParameter } from './envelopes.ts';
import { graphRoute } from './guard.ts';
import { parseFields, select } from './select-fields.ts';
import { commentShape, mediaShape } from './shapes.ts';
import type { Act } from './guard.ts';
import type { Route, World } from '../../kit/emulator/index.ts';

const BASIC = 'instagram_business_basic';
const MANAGE_COMMENTS = 'instagram_business_manage_comments';
const LARGEST = 100;

/** The account, its posts, and any one object by its id. */
export function mediaRoutes(world: World): Route[] {
  const node: Act = (request, { account, scopes }, id) => {
    const asked = parseFields(request.query.get('fields') ?? '');
    if (id === account.id) {
      const profile: Readonly<Record<string, unknown>> = {
        user_id: account.id,
        username: account.detail,
        name: account.name,
        account_type: 'BUSINESS',
        media_count: world.records.all(account.id, 'media').filter((one) => one.archivedAt === undefined)
          .length,
      };
      return json(
        200,
        select(asked, ({ name }) => profile[name], account.user.id),
      );
    }
    const post = world.records.get(account.id, 'media', id);
    if (post !== undefined && post.archivedAt === undefined)
      return json(200, mediaShape(world, account, request.url, asked)(post));
    const comment = world.records.get(account.id, 'comments', id);
    if (comment !== undefined && comment.archivedAt === undefined && scopes.includes(MANAGE_COMMENTS))
      return json(200, commentShape(asked)(comment));
    return missing(id);
  };

  const list: Act = (request, { account, scopes }, id) => {
    if (id !== account.id) return missing(id);
    const { query } = request;
    const limit = Number(query.get('limit') ?? 25);
    if (!Number.isInteger(limit) || limit < 1) return wrongParameter('limit must be a positive number');
    const asked = parseFields(query.get('fields') ?? 'id').filter(
      ({ name }) => name !== 'comments' || scopes.includes(MANAGE_COMMENTS),
    );
    const [since, until] = [bound(query.get('since'), 0), bound(query.get('until'), Infinity)];
    if (Number.isNaN(since) || Number.isNaN(until))
      return wrongParameter('since and until must be timestamps');
    const posts = world.records.all(account.id, 'media').filter((one) => {
      const second = Math.floor(one.createdAt / 1000);
      return second >= since && second <= until;
    });
    const args = { limit: Math.min(limit, LARGEST), after: query.get('after'), url: request.url };
    const page = edge(posts, args, mediaShape(world, account, request.url, asked));
    return page === undefined ? wrongParameter('Invalid cursor') : json(200, page);
  };

  return [graphRoute(world, 'GET', '/:id/media', BASIC, list), graphRoute(world, 'GET', '/:id', BASIC, node)];
}

/** Seconds since 1970. */
function bound(text: string | null, otherwise: number): number {
  return text === null ? otherwise : Number(text);
}
