/**
 * TikTok: the videos of an account, by Login Kit and the Display API.
 *
 * Deviations, each in its file: a client that is called `client_key`, scopes parted by commas, refresh tokens that are
 * spent by their use, revocation by access token, OAuth errors that may wear a 200 (`auth.ts`); an error object on
 * every answer, successes included, and a limit for each endpoint (`api.ts`); a list by POST, newest first and without
 * a lower bound, whose cursor is a time (`videos.ts`); webhooks signed over time and body, with their content as JSON
 * inside JSON (`webhooks.ts`).
 *
 * Flow: connect -> `auth` -> `account` (the open id, which is this app's own name for the account) -> sync reads
 * `videos`. Videos can be neither changed nor deleted; posting takes several calls and goes through the connection's
 * proxy.
 *
 * Sources: TikTok's developer pages. What rests on general knowledge and not on a cited source is marked
 * "unconfirmed" where it stands.
 */
import { defineProvider } from '../kit/index.ts';
import { account, profile } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { videos } from './videos.ts';
import { webhooks } from './webhooks.ts';

export const tiktok = defineProvider({
  id: 'tiktok',
  name: 'TikTok',
  category: 'social',
  description: 'Videos of a TikTok account, with their figures.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://developers.tiktok.com/doc/login-kit-web',
  hosts: { www: 'https://www.tiktok.com', api: 'https://open.tiktokapis.com' },
  auth,
  api,
  test: profile,
  account,
  resources: { videos },
  webhooks,
});
