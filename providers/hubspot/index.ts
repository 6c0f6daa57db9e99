/**
 * HubSpot, a CRM: contacts, companies, deals and tickets, both ways, by OAuth.
 *
 * Standard where the kit says nothing else: OAuth 2 code flow with PKCE (`auth.ts`), bearer tokens, cursor pages.
 * Deviations, each in its file: a token endpoint with its own error shape (`auth.ts`); an error envelope with
 * categories, two rate budgets and a wait told by policy name instead of Retry-After (`api.ts`); changes found by a
 * search whose cursor is an offset into a moving list and ends at 10,000 (`objects.ts`, so each
 * object type is its fields and a name); webhooks signed over method, URL, body and time, an array of events a
 * delivery (`webhooks.ts`).
 *
 * Flow: connect -> `auth` -> `account` (the portal's id is the account's id) -> sync reads `resources` ->
 * pushes go through `create`, `update` and `delete`, which archives.
 *
 * Sources: HubSpot's public OpenAPI collection and developer pages. What rests on general knowledge and not on a
 * cited source is marked "unconfirmed" where it stands.
 */
import { defineProvider } from '../kit/index.ts';
import { account } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { deals } from './deals.ts';
import { tickets } from './tickets.ts';
import { webhooks } from './webhooks.ts';

export const hubspot = defineProvider({
  id: 'hubspot',
  name: 'HubSpot',
  category: 'crm',
  description: 'Contacts, companies, deals and tickets of a HubSpot CRM, in both directions.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://developers.hubspot.com/docs',
  // Accounts in the EU authorise at app-eu1.hubspot.com: an integration overrides `app`.
  hosts: { api: 'https://api.hubapi.com', app: 'https://app.hubspot.com' },
  auth,
  api,
  test: { method: 'GET', url: 'api:/account-info/v3/details' },
  account,
  resources: { contacts, companies, deals, tickets },
  webhooks,
});
