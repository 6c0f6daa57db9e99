/**
 * Instagram, through the Instagram API with Instagram Login: media and comments of professional accounts.
 *
 * Deviations, each in its file: a ladder of tokens without a refresh token, where the long-lived access token renews
 * itself between its first day and its sixtieth (`auth.ts`); an account id beside an app-scoped one, of which only
 * the first is what webhooks name (`account.ts`); the Graph error envelope, throttling told by code and by a usage
 * header (`api.ts`); media found by their making only, since Instagram tells no time of change (`media.ts`);
 * comments that hang on media and are read in two levels (`comments.ts`); webhooks signed without a time, behind a
 * handshake (`webhooks.ts`).
 *
 * Flow: connect -> `auth` climbs the ladder -> `account` -> sync reads `resources` -> comments are written and
 * deleted through theirs. Publishing takes two calls and some waiting: it goes through the connection's proxy. There
 * is no revocation endpoint: a person takes the permission back in Instagram's settings.
 *
 * Sources: Meta's Instagram Platform pages and its API specs for Instagram-only apps. What rests on general
 * knowledge and not on a cited source is marked "unconfirmed" where it stands.
 */
import { defineProvider } from '../kit/index.ts';
import { account, me } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { comments } from './comments.ts';
import { media } from './media.ts';
import { webhooks } from './webhooks.ts';

export const instagram = defineProvider({
  id: 'instagram',
  name: 'Instagram',
  category: 'social',
  description: 'Posts and comments of a professional Instagram account.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login',
  hosts: {
    www: 'https://www.instagram.com',
    api: 'https://api.instagram.com',
    graph: 'https://graph.instagram.com',
  },
  auth,
  api,
  test: me,
  account,
  resources: { media, comments },
  webhooks,
});
