/**
 * Bitrix24, a CRM: leads, deals, contacts and companies, both ways, by OAuth.
 *
 * Every customer has a portal with an address of its own. Deviations, each in its file: the address is asked before
 * the authorisation, which names neither redirect nor scopes; tokens are fetched by GET from one central server, and
 * each names the portal's REST address (`client_endpoint`), to which every call is turned; refresh tokens rotate
 * (`auth.ts`). A leaky bucket that answers 503, statuses that say less than the codes (`api.ts`). One set of methods
 * for every kind of item, all by POST, pages of fifty (`items.ts`, so that each resource is its fields). Events as
 * forms that repeat an application token and tell an id alone (`webhooks.ts`).
 *
 * Flow: portal's address -> `auth` -> `account` (the portal's member_id, which outlives a new address) -> sync reads
 * `resources` by id or by change time. There is no revocation: uninstalling the app ends the tokens. No list of what
 * was deleted either: events tell, or a full run.
 *
 * Sources: Bitrix24's public REST documentation. What it leaves open is marked "unconfirmed" where it stands.
 */
import { defineProvider } from '../kit/index.ts';
import { account, profile } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { deals } from './deals.ts';
import { leads } from './leads.ts';
import { webhooks } from './webhooks.ts';

export const bitrix24 = defineProvider({
  id: 'bitrix24',
  name: 'Bitrix24',
  category: 'crm',
  description: 'Leads, deals, contacts and companies of a Bitrix24 portal, in both directions.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://apidocs.bitrix24.com',
  hosts: {
    portal: 'https://{portal}',
    oauth: 'https://oauth.bitrix.info',
    // The central server's own methods. `auth` turns every call to the portal of its token.
    rest: 'https://oauth.bitrix.info/rest',
  },
  auth,
  api,
  test: profile,
  account,
  resources: { leads, deals, contacts, companies },
  webhooks,
});
