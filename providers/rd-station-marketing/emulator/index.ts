import { company, defineEmulator, person, random, seedOf } from '../../kit/emulator/index.ts';
import { contactRoutes } from './contact-routes.ts';
import { faultResponse } from './envelopes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { segmentationRoutes } from './segmentation-routes.ts';
import { webhook } from './webhook.ts';

const EPOCH = Date.UTC(2025, 0, 6, 9);
const LATEST = Date.UTC(2026, 9, 30, 18);
const HOUR_MS = 3_600_000;

const SEGMENTS = [
  'Todos os contatos da base de Leads',
  'Clientes',
  'Newsletter',
  'Evento 2026',
  'Sem conversão',
];
const CONVERSIONS = ['newsletter', 'ebook-guia-de-crm', 'webinar-vendas', 'orcamento', 'contato'] as const;

/**
 * RD Station Marketing as its developer pages and the official client describe it: the older OAuth, contacts one at a
 * time and through segmentations, conversions, webhooks without a signature. Not modelled: funnels by API, the
 * definition of custom fields, the registration of webhooks by API.
 */
export const rdStationMarketingEmulator = defineEmulator({
  id: 'rd-station-marketing',
  name: 'RD Station Marketing',
  color: '#00786f',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['api', 'auth'],
  faultHost: 'api',
  client: {
    id: '8a1d5c02-7e4b-4f36-9c80-d5b21e6f0a73',
    secret: 'c40e8f1b7d2a4965b3e0a7d81f5c6290',
    name: 'Mortise',
  },
  accounts: [
    {
      id: 'Northwind Atelier',
      name: 'Northwind Atelier',
      detail: 'Pro',
      user: { id: '1', email: 'helena@northwind-atelier.example' },
    },
    {
      id: 'Casa Ipê Móveis',
      name: 'Casa Ipê Móveis',
      detail: 'Advanced',
      user: { id: '2', email: 'otavio@casa-ipe.example' },
    },
  ],
  collections: [
    {
      name: 'contacts',
      label: 'Contacts',
      count: 1800,
      fields: [
        { name: 'name', label: 'Name', type: 'text' },
        { name: 'email', label: 'E-mail', type: 'email' },
        { name: 'job_title', label: 'Job title', type: 'text' },
        { name: 'city', label: 'City', type: 'text' },
        { name: 'last_conversion', label: 'Last conversion', type: 'text' },
        { name: 'opportunity', label: 'Opportunity (true)', type: 'text' },
      ],
      idOf: uuidOf,
      generate(source, index, accountId) {
        const at = source.int(0, 299);
        const employer = company(random(seedOf('employer', accountId, at)), at);
        const who = person(source, index, employer.domain);
        const createdAt = EPOCH + index * HOUR_MS;
        return {
          createdAt,
          updatedAt: source.int(createdAt, LATEST),
          fields: {
            name: `${who.given} ${who.family}`,
            email: who.email,
            job_title: who.title,
            mobile_phone: who.phone,
            city: employer.city,
            country: employer.country,
            tags: JSON.stringify(source.next() < 0.5 ? [source.pick(['cliente', 'evento', 'parceiro'])] : []),
            legal_bases: JSON.stringify([{ category: 'communications', type: 'consent', status: 'granted' }]),
            cf_segmento: employer.industry,
            last_conversion: source.pick(CONVERSIONS),
            opportunity: source.next() < 0.2 ? 'true' : 'false',
          },
        };
      },
    },
    {
      name: 'segmentations',
      label: 'Segmentations',
      count: SEGMENTS.length,
      fields: [
        { name: 'name', label: 'Name', type: 'text' },
        { name: 'standard', label: 'Standard (true)', type: 'text' },
      ],
      idOf: (index) => String(1_204_000 + index * 13),
      generate: (_source, index) => ({
        createdAt: EPOCH + index * HOUR_MS,
        updatedAt: EPOCH + index * HOUR_MS,
        fields: { name: SEGMENTS[index] ?? `Campanha ${index}`, standard: index === 0 ? 'true' : 'false' },
      }),
    },
  ],
  // The refresh token neither ends nor rotates.
  tokens: { accessTtlMs: 86_400_000, codeTtlMs: 3_600_000, rotateRefresh: false, length: 200 },
  routes: (world) => [...oauthRoutes(world), ...segmentationRoutes(world), ...contactRoutes(world)],
  faultResponse,
  webhook,
});

/** A uuid, the same for ever for one index. */
function uuidOf(index: number): string {
  const hex = [0, 1, 2, 3]
    .map((part) => seedOf('contact', index, part).toString(16).padStart(8, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}
