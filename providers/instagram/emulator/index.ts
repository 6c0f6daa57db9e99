import { defineEmulator } from '../../kit/emulator/index.ts';
import { collections } from './collections.ts';
import { commentRoutes } from './comment-routes.ts';
import { faultResponse } from './envelopes.ts';
import { mediaRoutes } from './media-routes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { publishRoutes } from './publish-routes.ts';
import { subscriptionRoutes } from './subscription-routes.ts';
import { webhook } from './webhook.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Instagram as its pages describe it: the ladder of tokens, media and comments of professional accounts, publishing in
 * two steps, usage headers, signed webhooks. An account's `user.id` is the id that it has for this app alone.
 */
export const instagramEmulator = defineEmulator({
  id: 'instagram',
  name: 'Instagram',
  color: '#c13584',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['graph', 'api', 'www'],
  faultHost: 'graph',
  client: { id: '1290846635307741', secret: '7d40c1be9a5f42e38b16f0d2a9c3e574', name: 'Mortise' },
  accounts: [
    {
      id: '17841405309211844',
      name: 'Padaria Aurora',
      detail: 'padaria.aurora',
      user: { id: '26408173995512301', email: 'lia@padaria-aurora.example' },
    },
    {
      id: '17841447120933865',
      name: 'Northwind Atelier',
      detail: 'northwind.atelier',
      user: { id: '27019356620874418', email: 'helena@northwind-atelier.example' },
    },
  ],
  collections,
  // Sixty days of the token that the ladder ends with; the code lives an hour (unconfirmed).
  tokens: {
    accessTtlMs: 60 * DAY_MS,
    codeTtlMs: 3_600_000,
    rotateRefresh: false,
    refreshTokens: false,
    length: 180,
  },
  routes: (world) => [
    ...oauthRoutes(world),
    ...publishRoutes(world),
    ...subscriptionRoutes(world),
    ...commentRoutes(world),
    ...mediaRoutes(world),
  ],
  faultResponse,
  webhook,
});
