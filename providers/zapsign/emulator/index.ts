import { defineEmulator } from '../../kit/emulator/index.ts';
import { faultResponse } from './envelopes.ts';
import { pageRoutes } from './page-routes.ts';
import { documents, signers, templates } from './people-and-papers.ts';
import { webhook } from './webhook.ts';
import { writeRoutes } from './write-routes.ts';

/**
 * ZapSign as its public documentation describes it: documents, signers, templates, users, the plan, static tokens,
 * webhooks by a registered header. Not modelled: the list's cache (two lengths are published), the registration of
 * webhooks by API, JWTs, background checks.
 */
export const zapsignEmulator = defineEmulator({
  id: 'zapsign',
  name: 'ZapSign',
  color: '#0a61ff',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['api'],
  faultHost: 'api',
  // There is no OAuth: the secret is what webhooks carry.
  client: { id: 'zapsign-webhook', secret: 'b19d7c40-5e2f-4a86-9d63-0c7a41f8e25b', name: 'Mortise' },
  accounts: [
    {
      id: 'helena@northwind-atelier.example',
      name: 'Helena Duarte',
      detail: 'Plano Profissional',
      user: { id: '1', email: 'helena@northwind-atelier.example' },
      apiKey: 'c7f35c84-7893-4087-b4fb-d1f06c23a9e1',
    },
    {
      id: 'otavio@casa-ipe.example',
      name: 'Otávio Prado',
      detail: 'no plan',
      user: { id: '2', email: 'otavio@casa-ipe.example' },
      apiKey: '2ab0d916-0c4b-4f7e-8a35-7be1c9d2f604',
    },
  ],
  collections: [documents, signers, templates],
  // None are issued: a key does not expire.
  tokens: { accessTtlMs: 3_600_000, codeTtlMs: 60_000, rotateRefresh: false, length: 40 },
  routes: (world) => [...pageRoutes(world), ...writeRoutes(world)],
  faultResponse,
  webhook,
});
