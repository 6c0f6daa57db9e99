import { defineEmulator } from '../../kit/emulator/index.ts';
import { collections } from './collections.ts';
import { faultResponse } from './envelopes.ts';
import { hexId } from './hex-id.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { objectRoutes } from './object-routes.ts';
import { webhook } from './webhook.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * RD Station CRM as its developer pages and the official node describe it: OAuth with rotating refresh tokens, lists
 * with RDQL, writes, webhooks by a chosen header. An account is known by its first user. Not modelled: attachments,
 * the registration of webhooks by API.
 */
export const rdStationCrmEmulator = defineEmulator({
  id: 'rd-station-crm',
  name: 'RD Station CRM',
  color: '#008f85',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['api', 'accounts'],
  faultHost: 'api',
  client: {
    id: '3f6c0b1e-8d27-4a55-b0c9-6e1f2d7a9048',
    secret: '9b2e74d0c1f8463a85d7e6904b1a2c3f',
    name: 'Mortise',
  },
  accounts: [
    {
      id: hexId('users', 0),
      name: 'Northwind Atelier',
      detail: 'CRM Pro',
      user: { id: hexId('users', 0), email: 'helena@northwind-atelier.example' },
    },
    {
      id: '5f8b3d1c9a47e20016c4d8b7',
      name: 'Casa Ipê Móveis',
      detail: 'CRM Basic',
      user: { id: '5f8b3d1c9a47e20016c4d8b7', email: 'otavio@casa-ipe.example' },
    },
  ],
  collections,
  tokens: {
    accessTtlMs: 7_200_000,
    codeTtlMs: 300_000,
    rotateRefresh: true,
    refreshTtlMs: 14 * DAY_MS,
    length: 64,
  },
  routes: (world) => [...oauthRoutes(world), ...objectRoutes(world)],
  faultResponse,
  webhook,
});
