import { oauthRoutes as standard } from '../../kit/emulator/index.ts';
import type { Route, World } from '../../kit/emulator/index.ts';

/** The consent screen and the token endpoint. Its errors are those of RFC 6749 (unconfirmed). */
export function oauthRoutes(world: World): Route[] {
  return standard(world, {
    consent: {
      host: 'accounts',
      path: '/oauth/authorize',
      scopeLabels: {},
      allows: ['See and change everything in your RD Station CRM that you can'],
    },
    token: { host: 'api', path: '/oauth2/token' },
  });
}
