import { json, readForm, readJson } from '../../kit/emulator/index.ts';
import { edge } from './edge.ts';
import { missing, wrongParameter } from './envelopes.ts';
import { graphRoute } from './guard.ts';
import { parseFields } from './select-fields.ts';
import { commentShape, commentsOn } from './shapes.ts';
import type { Act } from './guard.ts';
import type { EmulatorRequest, Route, World } from '../../kit/emulator/index.ts';

const SCOPE = 'instagram_business_manage_comments';
const LARGEST = 50;

/** Comments under a post, replies under a comment, and their deletion. */
export function commentRoutes(world: World): Route[] {
  const live = (accountId: string, collection: string, id: string) => {
    const record = world.records.get(accountId, collection, id);
    return record?.archivedAt === undefined ? record : undefined;
  };

  const list: Act = (request, { account }, id) => {
    if (live(account.id, 'media', id) === undefined) return missing(id);
    const { query } = request;
    const limit = Number(query.get('limit') ?? LARGEST);
    if (!Number.isInteger(limit) || limit < 1) return wrongParameter('limit must be a positive number');
    const shape = commentShape(parseFields(query.get('fields') ?? 'id,timestamp,text'));
    const args = { limit: Math.min(limit, LARGEST), after: query.get('after'), url: request.url };
    const page = edge(commentsOn(world, account.id, id), args, shape);
    return page === undefined ? wrongParameter('Invalid cursor') : json(200, page);
  };

  const write =
    (under: 'media' | 'comments'): Act =>
    (request, { account }, id) => {
      const target = live(account.id, under, id);
      if (target === undefined) return missing(id);
      const text = parameter(request, 'message');
      if (text === '') return wrongParameter('The parameter message is required');
      const post =
        under === 'media' ? { media_id: id } : { media_id: target.fields['media_id'] ?? '', parent_id: id };
      const made = world.records.create(account.id, 'comments', { text, username: account.detail, ...post });
      return json(200, { id: made.id });
    };

  const remove: Act = (_request, { account }, id) =>
    world.records.archive(account.id, 'comments', id) === undefined
      ? missing(id)
      : json(200, { success: true });

  return [
    graphRoute(world, 'GET', '/:id/comments', SCOPE, list),
    graphRoute(world, 'POST', '/:id/comments', SCOPE, write('media')),
    graphRoute(world, 'POST', '/:id/replies', SCOPE, write('comments')),
    graphRoute(world, 'DELETE', '/:id', SCOPE, remove),
  ];
}

/** A parameter of a POST: in the query, a form or JSON, as Graph takes it. */
export function parameter(request: EmulatorRequest, name: string): string {
  const given = request.query.get(name) ?? readJson(request)?.[name] ?? readForm(request).get(name);
  return typeof given === 'string' ? given.trim() : Array.isArray(given) ? given.join(',') : '';
}
