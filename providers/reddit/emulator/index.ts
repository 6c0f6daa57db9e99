import { defineEmulator } from '../../kit/emulator/index.ts';
import { collections } from './collections.ts';
import { faultResponse } from './envelopes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { thingRoutes } from './thing-routes.ts';
import { writeRoutes } from './write-routes.ts';

/** Reddit as its public pages and recorded traffic have it: OAuth, listings, forms, limits. It sends no webhooks. */
export const redditEmulator = defineEmulator({
  id: 'reddit',
  name: 'Reddit',
  color: '#d93900',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['www', 'oauth'],
  faultHost: 'oauth',
  client: { id: 'p-jcoLKBynTLew', secret: 'gko_LXELoV07ZBNUXrvWZfzE3aI', name: 'Mortise' },
  accounts: [
    {
      id: '8k2vq1zt',
      name: 'nordlys_studio',
      detail: 'Joined in 2021',
      user: { id: '8k2vq1zt', email: 'ingrid@nordlys.example' },
    },
    {
      id: 'c61wm0yd',
      name: 'casa-ipe',
      detail: 'Joined in 2021',
      user: { id: 'c61wm0yd', email: 'otavio@casa-ipe.example' },
    },
  ],
  collections,
  // As recorded; a day today is unconfirmed.
  tokens: { accessTtlMs: 3_600_000, codeTtlMs: 600_000, rotateRefresh: false, length: 64 },
  routes: (world) => [...oauthRoutes(world), ...thingRoutes(world), ...writeRoutes(world)],
  faultResponse,
});
