/**
 * RD Station CRM (version 2 of its API): contacts, organisations, deals, tasks and products in both directions, and
 * the lists they refer to. RD Station Marketing is another product with another OAuth client, and a provider of its
 * own here. The older CRM API, by a token in the address, is not spoken.
 *
 * Standard where the kit says nothing else: OAuth 2 code flow, bearer tokens, Retry-After in seconds.
 * Deviations, each in its file: refresh tokens that rotate and die unused (`auth.ts`); no call that tells whose
 * account it is (`account.ts`); a query language for filters (`rdql.ts`); lists that end at 10,000, and times in a
 * zone nobody names (`pages.ts`); bodies wrapped in `data` (`objects.ts`); webhooks that repeat a secret and sign
 * nothing (`webhooks.ts`).
 *
 * Flow: connect -> `auth` -> `account` -> sync reads `resources`, what changed by `updated_at` where it can be asked
 * for; in between, webhooks tell what changed. Stages are read pipeline by pipeline (`stages.ts`).
 *
 * Its contacts have legal bases, and it is all the same not told of withdrawn consents: neither what such a base looks
 * like here, nor whether a PUT with that field alone leaves the others, nor how a contact is found by its e-mail is
 * published where we could read it. A guess would risk what else stands on the contact.
 *
 * Sources: RD Station's developer pages and its official node for n8n. What they leave open is marked "unconfirmed".
 */
import { defineProvider } from '../kit/index.ts';
import { account } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import * as kinds from './resources.ts';
import { stages } from './stages.ts';
import { webhooks } from './webhooks.ts';

export const rdStationCrm = defineProvider({
  id: 'rd-station-crm',
  name: 'RD Station CRM',
  category: 'crm',
  description: 'Contacts, organisations, deals, tasks and products of RD Station CRM, in both directions.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://developers.rdstation.com/reference/crm-v2-introduction',
  hosts: { api: 'https://api.rd.services', accounts: 'https://accounts.rdstation.com' },
  auth,
  api,
  test: { method: 'GET', url: 'api:/crm/v2/users', query: { 'page[size]': 1 } },
  account,
  resources: {
    contacts: kinds.contacts,
    organizations: kinds.organizations,
    deals: kinds.deals,
    tasks: kinds.tasks,
    products: kinds.products,
    pipelines: kinds.pipelines,
    stages,
    users: kinds.users,
    sources: kinds.sources,
    campaigns: kinds.campaigns,
    lost_reasons: kinds.lostReasons,
    custom_fields: kinds.customFieldDefinitions,
  },
  webhooks,
});
