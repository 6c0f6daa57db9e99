import { z } from 'zod';
import { hmacSha256 } from '../kit/index.ts';
import type { Webhooks } from '../kit/index.ts';

const delivery = z.object({
  event: z.string(),
  /** Seconds since 1970. */
  create_time: z.number(),
  user_openid: z.string().min(1),
  /** JSON inside JSON. */
  content: z.string(),
});

function read(rawBody: Uint8Array): z.infer<typeof delivery> & { occurredAt: Date } {
  const told = delivery.parse(JSON.parse(Buffer.from(rawBody).toString()));
  return { ...told, occurredAt: new Date(told.create_time * 1000) };
}

/**
 * TikTok's webhooks, signed by the client's secret over time and body. One happening a delivery, without an id, and
 * delivered at least once: the key is what happened, to whom and when. Of the events only the publication of a post
 * names a video (unconfirmed, its name and content both); `video.publish.completed` names a share, which no call
 * turns into one. TikTok Shop and TikTok Ads sign otherwise and are not accepted.
 */
export const webhooks: Webhooks = {
  secret: 'oauth_client',

  verify: hmacSha256({
    header: 'tiktok-signature',
    encoding: 'hex',
    parse: (value) => {
      const parts = Object.fromEntries(value.split(',').map((part) => part.trim().split(/=(.*)/s, 2)));
      const { t, s } = parts as { t?: string; s?: string };
      return { ...(s === undefined ? {} : { signature: s }), timestamp: t ?? '' };
    },
    message: (input, timestamp) => [timestamp, '.', input.rawBody],
    timestamp: { unit: 's', toleranceMs: 5 * 60_000 },
  }),

  events(rawBody) {
    const { event, create_time: time, user_openid: accountId, content, occurredAt } = read(rawBody);
    if (event !== 'post.publish.publicly_available') return [];
    // Not by JSON.parse: an id that came as a number would lose its last digits.
    const externalId = /"post_id"\s*:\s*"?(\d+)/.exec(content)?.[1];
    if (externalId === undefined) return [];
    const dedupeKey = [event, accountId, externalId, time].join(':');
    return [{ dedupeKey, accountId, resource: 'videos', externalId, kind: 'created', occurredAt }];
  },

  /** The reason (the person, a deletion, a ban, ourselves) changes nothing: the tokens are dead already. */
  withdrawals(rawBody) {
    const { event, create_time: time, user_openid: accountId, occurredAt } = read(rawBody);
    if (event !== 'authorization.removed') return [];
    return [{ dedupeKey: [event, accountId, time].join(':'), accountId, occurredAt }];
  },
};
