import { company, defineEmulator, person, random, seedOf } from '../../kit/emulator/index.ts';
import { accountRoutes } from './account-routes.ts';
import { deals } from './deals.ts';
import { faultResponse } from './envelopes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { objectRoutes } from './object-routes.ts';
import { pipelineRoutes } from './pipeline-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { tickets } from './tickets.ts';
import { times } from './times.ts';
import { webhook } from './webhook.ts';

/** HubSpot as its public API describes it: OAuth, CRM objects with pipelines, limits, signed webhooks. */
export const hubspotEmulator = defineEmulator({
  id: 'hubspot',
  name: 'HubSpot',
  color: '#e0492a',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['api', 'app'],
  faultHost: 'api',
  client: {
    id: '5f1d7a52-0c4e-4b86-9a37-2e8d61c0b9f4',
    secret: 'b7c2e9d4-6a18-4f03-8e5b-91d0f4a7c326',
    name: 'Mortise',
  },
  accounts: [
    {
      id: '44810277',
      name: 'Northwind Atelier',
      detail: 'northwind-atelier.example',
      user: { id: '70413', email: 'helena@northwind-atelier.example' },
    },
    {
      id: '45120936',
      name: 'Casa Ipê Móveis',
      detail: 'casa-ipe.example',
      user: { id: '70988', email: 'otavio@casa-ipe.example' },
    },
  ],
  collections: [
    {
      name: 'contacts',
      label: 'Contacts',
      count: 2400,
      fields: [
        { name: 'firstname', label: 'First name', type: 'text' },
        { name: 'lastname', label: 'Last name', type: 'text' },
        { name: 'email', label: 'E-mail', type: 'email' },
        { name: 'phone', label: 'Phone', type: 'tel' },
        { name: 'company', label: 'Company', type: 'text' },
        { name: 'jobtitle', label: 'Job title', type: 'text' },
        { name: 'city', label: 'City', type: 'text' },
        { name: 'lifecyclestage', label: 'Lifecycle stage', type: 'text' },
      ],
      idOf: (index) => String(101 + index * 50),
      generate(source, index, accountId) {
        // Contacts work at the companies of the same account, so a join by domain makes sense.
        const at = source.int(0, 299);
        const employer = company(random(seedOf('employer', accountId, at)), at);
        const who = person(source, index, employer.domain);
        return {
          ...times(source, index),
          fields: {
            firstname: who.given,
            lastname: who.family,
            email: who.email,
            phone: who.phone,
            company: employer.name,
            jobtitle: who.title,
            city: employer.city,
            country: employer.country,
            lifecyclestage: who.stage,
          },
        };
      },
    },
    {
      name: 'companies',
      label: 'Companies',
      count: 300,
      fields: [
        { name: 'name', label: 'Name', type: 'text' },
        { name: 'domain', label: 'Domain', type: 'text' },
        { name: 'industry', label: 'Industry', type: 'text' },
        { name: 'phone', label: 'Phone', type: 'tel' },
        { name: 'city', label: 'City', type: 'text' },
        { name: 'numberofemployees', label: 'Employees', type: 'text' },
      ],
      idOf: (index) => String(900_000_000 + index * 37),
      generate(source, index, accountId) {
        const one = company(random(seedOf('employer', accountId, index)), index);
        const { name, domain, industry, phone, city, country } = one;
        const numberofemployees = String(one.employees);
        return {
          ...times(source, index),
          fields: { name, domain, industry, phone, city, country, numberofemployees },
        };
      },
    },
    deals,
    tickets,
  ],
  // Half an hour is unconfirmed for access tokens; so is that the refresh token is not rotated.
  tokens: { accessTtlMs: 1_800_000, codeTtlMs: 600_000, rotateRefresh: false, length: 300 },
  routes: (world) => [
    ...oauthRoutes(world),
    ...accountRoutes(world),
    ...pipelineRoutes(world),
    ...searchRoutes(world),
    ...objectRoutes(world),
  ],
  faultResponse,
  webhook,
});
