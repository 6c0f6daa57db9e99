import { z } from 'zod';
import { hmacSha256, sameSecret } from '../kit/index.ts';
import type { Webhooks } from '../kit/index.ts';

const delivery = z.object({
  object: z.literal('instagram'),
  entry: z.array(
    z.object({
      id: z.string(),
      time: z.number(),
      // Absent in entries of messages, which have `messaging` instead.
      changes: z.array(z.object({ field: z.string(), value: z.unknown() })).optional(),
    }),
  ),
});

const comment = z.object({ id: z.string(), parent_id: z.string().optional() });

/**
 * Instagram's webhooks, signed by the app's secret over the raw body. No time is signed and no delivery has an id: the
 * key of a happening is who, what, which and when, and replays are caught by it alone. One delivery may hold many
 * entries. Which of an app's two secrets signs, Instagram's or Meta's, is unconfirmed.
 */
export const webhooks: Webhooks = {
  secret: 'oauth_client',
  verify: hmacSha256({ header: 'x-hub-signature-256', encoding: 'hex', prefix: 'sha256=' }),

  events(rawBody) {
    const { entry } = delivery.parse(JSON.parse(Buffer.from(rawBody).toString()));
    return entry.flatMap(({ id: accountId, time, changes = [] }) =>
      changes.flatMap(({ field, value }) => {
        const one = comment.safeParse(value).data;
        // Replies stand in no listing of comments, so that the next full run would find them gone.
        if (field !== 'comments' || one === undefined || one.parent_id !== undefined) return [];
        return [
          {
            dedupeKey: [accountId, field, one.id, time].join(':'),
            accountId,
            resource: 'comments',
            externalId: one.id,
            kind: 'created' as const,
            // Seconds, except that some fields are told in milliseconds (unconfirmed).
            occurredAt: new Date(time > 1e11 ? time : time * 1000),
          },
        ];
      }),
    );
  },

  challenge(input) {
    const query = input.method === 'GET' ? new URL(input.url).searchParams : undefined;
    if (query?.get('hub.mode') !== 'subscribe') return undefined;
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    const token = query.get('hub.verify_token') ?? '';
    if (!input.verifyToken || !sameSecret(input.verifyToken, token)) {
      return { status: 403, headers, body: 'wrong verify token' };
    }
    return { status: 200, headers, body: query.get('hub.challenge') ?? '' };
  },
};
