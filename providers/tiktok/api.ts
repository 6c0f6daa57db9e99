import { classifier, readPath } from '../kit/index.ts';
import type { Api, RateBudget } from '../kit/index.ts';

const MINUTE_MS = 60_000;

/** A sliding minute for each endpoint; that all accounts of an app share it is unconfirmed, and the safer reading. */
const perEndpoint: RateBudget = { requests: 600, perMs: MINUTE_MS, scope: 'client' };

/** TikTok's API: a budget an endpoint, and an error object on every answer, whose code is `ok` when all went well. */
export const api: Api = {
  rateLimits: { default: perEndpoint, video_list: perEndpoint, video_query: perEndpoint },
  // Headers that tell the limits are not published.
  readRateHeaders: () => undefined,
  classify: classifier({
    read: (body) => {
      const code = readPath(body, 'error.code');
      const message = readPath(body, 'error.message');
      const requestId = readPath(body, 'error.log_id');
      if (foundNothing(body)) return { code: 'video_not_found', message: 'no such video in this account' };
      return {
        ...(typeof code === 'string' && code !== 'ok' ? { code } : {}),
        ...(typeof message === 'string' && message !== '' ? { message } : {}),
        ...(typeof requestId === 'string' ? { requestId } : {}),
      };
    },
    codes: {
      access_token_invalid: 'auth_expired',
      // Both come with 401, and no fresh token mends them: the person has not given that scope.
      scope_not_authorized: 'forbidden',
      scope_permission_missed: 'forbidden',
      invalid_params: 'invalid',
      rate_limit_exceeded: 'rate_limited',
      internal_error: 'provider_error',
      video_not_found: 'not_found',
    },
    isErrorIn200: (body) => {
      const code = readPath(body, 'error.code');
      return code !== undefined && code !== 'ok';
    },
    // No wait is told: after the window's length it has slid past everything.
    retryAfterMs: ({ status }) => (status === 429 ? MINUTE_MS : undefined),
  }),
};

/** A query by ids that matched none is a success without videos, told from an empty list by having no cursor. */
function foundNothing(body: unknown): boolean {
  const videos = readPath(body, 'data.videos');
  return Array.isArray(videos) && videos.length === 0 && readPath(body, 'data.has_more') === undefined;
}
