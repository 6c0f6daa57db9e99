import { json } from '../../kit/emulator/index.ts';
import { enveloped, refused } from './envelopes.ts';
import { guarded, underCreator } from './guard.ts';
import { creatorView } from './views.ts';
import type { Route, World } from '../../kit/emulator/index.ts';

/** The key, the team and its creators. whoami and the accounts wear no envelope. */
export function teamRoutes(world: World): Route[] {
  const on = (method: string, path: string, handler: Route['handler']): Route => ({
    method,
    host: 'api',
    path,
    handler,
  });
  return [
    on(
      'GET',
      '/api/whoami',
      guarded(world, (_request, { team }) =>
        json(200, {
          api_key: {
            name: 'Production',
            created_at: '2026-01-12T09:30:00.000000Z',
            last_used_at: world.now().toISOString(),
          },
          team: { name: team.name, slug: team.id },
        }),
      ),
    ),
    on(
      'GET',
      '/api/accounts',
      guarded(world, ({ query }, { team }) => {
        const asked = query.get('onlyfans_username');
        const all = world.records
          .all(team.id, 'creators')
          .filter((one) => one.archivedAt === undefined)
          .filter((one) => asked === null || one.fields['onlyfans_username'] === asked);
        return json(200, all.map(creatorView));
      }),
    ),
    on(
      'DELETE',
      '/api/accounts/:account',
      guarded(world, ({ params }, { team }) => {
        const gone = world.records.archive(team.id, 'creators', params['account'] ?? '');
        return gone === undefined ? refused(404, 'Account not found.') : json(200, {});
      }),
    ),
    on(
      'GET',
      '/api/:account/me',
      underCreator(world, (_request, { team, meta }, creator) => {
        const subscribersCount = world.records
          .all(team.id, 'fans')
          .filter((one) => one.archivedAt === undefined && one.id.startsWith(`${creator.id}:`)).length;
        const { onlyfans_id, display_name, onlyfans_username } = creator.fields;
        const me = { id: Number(onlyfans_id), name: display_name, username: onlyfans_username };
        return enveloped({ ...me, subscribersCount }, meta);
      }),
    ),
  ];
}
