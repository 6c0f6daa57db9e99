/**
 * RD Station Marketing: contacts in both directions, and the segmentations they are read through. RD Station CRM is
 * another product with another OAuth client, and a provider of its own here.
 *
 * Standard where the kit says nothing else: bearer tokens, JSON.
 * Deviations, each in its file: an older OAuth with its own parameter names and JSON (`auth.ts`); errors in three
 * shapes and a wait in a header of its own (`api.ts`); an account that is known by its name alone (`account.ts`); no
 * list of contacts, hence a walk through segmentations (`list-contacts.ts`); custom fields among the others
 * (`contacts.ts`); webhooks that prove nothing but their address (`webhooks.ts`); legal bases on each contact, by which
 * it is told of a withdrawn consent (`consent.ts`).
 *
 * Flow: connect -> `auth` -> `account` -> sync reads every contact, since none has a time of change; in between,
 * webhooks tell of conversions and opportunities. Conversions are sent through the proxy (`POST /platform/events`).
 *
 * Sources: RD Station's developer pages and its official Ruby client. What they leave open is marked "unconfirmed".
 */
import { defineProvider } from '../kit/index.ts';
import { account } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { consent } from './consent.ts';
import { contacts } from './contacts.ts';
import { segmentations } from './segmentations.ts';
import { webhooks } from './webhooks.ts';

export const rdStationMarketing = defineProvider({
  id: 'rd-station-marketing',
  name: 'RD Station Marketing',
  category: 'marketing',
  description: 'Contacts of RD Station Marketing in both directions, and its segmentations.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://developers.rdstation.com/reference/autenticacao',
  hosts: { api: 'https://api.rd.services', auth: 'https://api.rd.services/auth' },
  auth,
  api,
  test: { method: 'GET', url: 'api:/marketing/account_info' },
  account,
  resources: { contacts, segmentations },
  webhooks,
  consent,
});
