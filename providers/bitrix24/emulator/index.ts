import { defineEmulator } from '../../kit/emulator/index.ts';
import { collections } from './collections.ts';
import { faultResponse } from './envelopes.ts';
import { methodRoutes } from './method-routes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { applicationTokens } from './portals.ts';
import { webhook } from './webhook.ts';

/** Bitrix24 as its public documentation describes it: portals, central token server, CRM items, events. */
export const bitrix24Emulator = defineEmulator({
  id: 'bitrix24',
  name: 'Bitrix24',
  color: '#1a9fd0',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['portal', 'oauth', 'rest'],
  faultHost: 'rest',
  client: {
    id: 'app.573ad8a0346747.09223434',
    secret: 'LJSl0lNB76B5YY6u0YVQ3AW0DrVADcRTwVr4y99PXU1BWQybWK',
    name: 'Mortise',
  },
  webhookSecrets: applicationTokens,
  accounts: [
    {
      id: 'a223c6b3710f85df22e9377d6c4f7553',
      name: 'Nordlys Interiors',
      detail: 'nordlys.bitrix24.example',
      user: { id: '1', email: 'ingrid@nordlys.example' },
    },
    {
      id: '7d0f3c1b9e8a46525f4b1de09c37a8b6',
      name: 'Serra Alta Equipamentos',
      detail: 'serra-alta.bitrix24.example',
      user: { id: '17', email: 'camila@serra-alta.example' },
    },
  ],
  collections,
  tokens: {
    accessTtlMs: 3_600_000,
    codeTtlMs: 30_000,
    rotateRefresh: true,
    length: 70,
    refreshTtlMs: 180 * 24 * 3_600_000,
  },
  routes: (world) => [...oauthRoutes(world), ...methodRoutes(world)],
  faultResponse,
  webhook,
});
