/**
 * OnlyFans, through a third party's gateway (onlyfansapi.com), because OnlyFans itself has no public API.
 *
 * Behind a flag: the gateway acts with a creator's own session, which may breach OnlyFans' terms, and the creator's
 * data passes through a company that OnlyFans has not authorised. Whoever enables it takes that upon them
 * (`availability`, data that core refuses by and shows as the reason).
 *
 * A connection is a team at the gateway, by an API key (`auth.ts`); a team has many creators, and everything but
 * they themselves hangs on one of them. Hence the deviations: lists walk creator by creator (`creators-walk.ts`,
 * messages chat by chat in `chats-walk.ts`), ids carry the creator before the colon, limits are told in the body and
 * whoami wears no envelope (`api.ts`), webhooks are signed without time or id (`webhooks.ts`).
 *
 * No revocation: a key is deleted in the gateway's console. How a creator is connected to the team (password, second
 * factor, hosted popup) stays at the gateway: no password of a creator ever passes here.
 *
 * Sources: the gateway's documentation and its generated SDK. What rests on neither is marked "unconfirmed".
 */
import { defineProvider } from '../kit/index.ts';
import { account } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { chats } from './chats.ts';
import { creators } from './creators.ts';
import { fans } from './fans.ts';
import { messages } from './messages.ts';
import { transactions } from './transactions.ts';
import { webhooks } from './webhooks.ts';

export const onlyfans = defineProvider({
  id: 'onlyfans',
  name: 'OnlyFans',
  availability: {
    flag: 'onlyfans',
    reason:
      'OnlyFans has no public API. This goes through onlyfansapi.com, a third party that acts with the creator’s ' +
      'own session: it may breach OnlyFans’ terms of service, accounts may be restricted for it, and fans’ ' +
      'personal data passes through that company. Enable it only with legal advice and the creators’ consent.',
  },
  category: 'social',
  description: 'Creators, fans, chats, messages and earnings, through the onlyfansapi.com gateway.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://docs.onlyfansapi.com',
  hosts: { api: 'https://app.onlyfansapi.com' },
  auth,
  api,
  test: { method: 'GET', url: 'api:/api/whoami' },
  account,
  resources: { creators, fans, chats, messages, transactions },
  webhooks,
});
