import { success, failure } from './envelopes.ts';
import { apiRoute, readFields } from './guard.ts';
import type { EmulatedAccount, Route, World } from '../../kit/emulator/index.ts';

const FIELDS: Readonly<
  Record<string, { scope: string; read(account: EmulatedAccount, videos: number): unknown }>
> = {
  open_id: { scope: 'user.info.basic', read: ({ id }) => id },
  union_id: { scope: 'user.info.basic', read: ({ user }) => user.id },
  avatar_url: {
    scope: 'user.info.basic',
    read: ({ id }) => `https://p16.example/${id}.jpeg?x-expires=1795000000`,
  },
  display_name: { scope: 'user.info.basic', read: ({ name }) => name },
  username: { scope: 'user.info.profile', read: ({ detail }) => detail.slice(1) },
  bio_description: { scope: 'user.info.profile', read: ({ name }) => `${name}, since 2019` },
  is_verified: { scope: 'user.info.profile', read: () => false },
  follower_count: { scope: 'user.info.stats', read: (_account, videos) => videos * 37 },
  video_count: { scope: 'user.info.stats', read: (_account, videos) => videos },
};

/** The account, by fields, each of which belongs to a scope. */
export function userRoutes(world: World): Route[] {
  const route = { method: 'GET', path: '/v2/user/info/', scopes: ['user.info.basic'] };
  return [
    apiRoute(world, route, (request, { account, scopes }) => {
      const names = readFields(request, Object.keys(FIELDS));
      if (!Array.isArray(names)) return names;
      const missing = names.find((name) => !scopes.includes(FIELDS[name]?.scope ?? ''));
      if (missing !== undefined) {
        return failure(
          'scope_permission_missed',
          `The field ${missing} needs the scope ${FIELDS[missing]?.scope}`,
        );
      }
      const videos = world.records
        .all(account.id, 'videos')
        .filter((one) => one.archivedAt === undefined).length;
      const user = Object.fromEntries(names.map((name) => [name, FIELDS[name]?.read(account, videos)]));
      return success({ user });
    }),
  ];
}
