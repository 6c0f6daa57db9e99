/**
 * Reddit: an account's posts and comments, both ways, and the communities it follows, by OAuth.
 *
 * Deviations, each in its file: the client authenticates at the token endpoint by HTTP Basic, a refresh token comes
 * only for `duration=permanent`, a bad code is told inside a 200 and a bad refresh token as `{"error":400}`
 * (`auth.ts`); every request needs a User-Agent of its own, and an account's listings stand under its name, which
 * is not in the token reply (`auth.ts` asks for it once and puts both in); errors inside 200s and limits by header
 * (`api.ts`); listings newest first with no filter by time (`listing.ts`); answers that hold no record (`posts.ts`).
 *
 * Flow: connect -> `auth` -> `account` -> sync walks `resources` back to the last run and a week further, since an
 * edit shows nowhere else; a listing ends at about a thousand (unconfirmed). There are no webhooks: a run is the only
 * way to see what is new.
 *
 * Private messages need a permission that is not asked for, and a community's own posts a name that no resource
 * takes: both go through the connection's proxy. Reddit has no sandbox, and approves each new use of its API
 * (unconfirmed). Sources: Reddit's API pages and recorded traffic. What rests on neither is marked "unconfirmed".
 */
import { defineProvider } from '../kit/index.ts';
import { account, me } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { comments } from './comments.ts';
import { posts } from './posts.ts';
import { subreddits } from './subreddits.ts';

export const reddit = defineProvider({
  id: 'reddit',
  name: 'Reddit',
  category: 'social',
  description: 'Posts, comments and communities of a Reddit account.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://www.reddit.com/dev/api',
  hosts: { www: 'https://www.reddit.com', oauth: 'https://oauth.reddit.com' },
  auth,
  api,
  test: me,
  account,
  resources: { posts, comments, subreddits },
});
