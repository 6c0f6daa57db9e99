import { defineEmulator } from '../../kit/emulator/index.ts';
import { chats, creators, fans, messages, transactions } from './collections.ts';
import { faultResponse } from './envelopes.ts';
import { listRoutes } from './list-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { teamRoutes } from './team-routes.ts';
import { webhook } from './webhook.ts';

/**
 * The gateway as its documentation describes it: keys, teams, creators, fans, chats, messages, transactions, limits
 * in the body, signed webhooks. Not modelled: connecting a creator, credits that run out, the cache, media, posts,
 * statistics, the registration of webhooks by API.
 */
export const onlyfansEmulator = defineEmulator({
  id: 'onlyfans',
  name: 'OnlyFans',
  color: '#0a7ea4',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['api'],
  faultHost: 'api',
  // There is no OAuth: the secret is the one a webhook was registered with.
  client: { id: 'onlyfans-webhook', secret: '4f6b1d0e97c24c5ea0b8d35e71f9a2c6', name: 'Mortise' },
  accounts: [
    {
      id: 'northwind-talent',
      name: 'Northwind Talent',
      detail: 'Pro plan',
      user: { id: '1', email: 'helena@northwind-atelier.example' },
      apiKey: 'ofapi_demo_c7f35c8478934087b4fbd1f06c23a9e1',
    },
    {
      id: 'casa-ipe-studio',
      name: 'Casa Ipê Studio',
      detail: 'Pro plan',
      user: { id: '2', email: 'otavio@casa-ipe.example' },
      apiKey: 'ofapi_demo_2ab0d9160c4b4f7e8a357be1c9d2f604',
    },
  ],
  collections: [creators, fans, chats, messages, transactions],
  // None are issued: a key does not expire.
  tokens: { accessTtlMs: 3_600_000, codeTtlMs: 60_000, rotateRefresh: false, length: 40 },
  routes: (world) => [...teamRoutes(world), ...listRoutes(world), ...messageRoutes(world)],
  faultResponse,
  webhook,
});
