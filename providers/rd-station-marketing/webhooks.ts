import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readPath, sharedSecret } from '../kit/index.ts';
import type { ProviderEvent, Webhooks } from '../kit/index.ts';

const PARAM = 'secret';

const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time');

const delivery = z.object({
  event_type: z.string(),
  entity_type: z.literal('CONTACT'),
  event_identifier: z.string().nullish(),
  event_timestamp: moment,
  contact: z.object({ uuid: z.string().min(1) }),
});

const HAPPENINGS = new Set(['WEBHOOK.CONVERTED', 'WEBHOOK.MARKED_OPPORTUNITY']);

/**
 * RD Station Marketing neither signs deliveries nor repeats a header: the secret stands in the address it is given.
 * A conversion may be a person's first, so a contact that is told of may be new. Webhooks that were made in its
 * screens still send the older shape, a list of leads.
 */
export const webhooks: Webhooks = {
  secret: 'own',
  secretParam: PARAM,
  signsBody: false,
  verify: sharedSecret({
    read: ({ url }) => (URL.canParse(url) ? (new URL(url).searchParams.get(PARAM) ?? undefined) : undefined),
  }),

  events(rawBody) {
    const body = z.looseObject({}).parse(JSON.parse(Buffer.from(rawBody).toString()));
    if (Array.isArray(body['leads'])) return body['leads'].flatMap((lead: unknown) => leadEvent(lead));
    if (typeof body['event_type'] !== 'string') throw new SyntaxError('neither an event nor leads');
    if (!HAPPENINGS.has(body['event_type']) || body['entity_type'] !== 'CONTACT') return [];
    const { event_type, event_identifier, event_timestamp, contact } = delivery.parse(body);
    return [
      event(
        contact.uuid,
        [event_type, contact.uuid, event_timestamp, event_identifier ?? ''],
        event_timestamp,
      ),
    ];
  },
};

/** A lead of the older shape. Without its uuid or a time (both unconfirmed there) it cannot be told of. */
function leadEvent(lead: unknown): ProviderEvent[] {
  const uuid = readPath(lead, 'uuid');
  const at = moment.safeParse(readPath(lead, 'last_conversion.created_at')).data;
  if (typeof uuid !== 'string' || uuid === '' || at === undefined) return [];
  const digest = createHash('sha256').update(JSON.stringify(lead)).digest('hex');
  return [event(uuid, ['lead', uuid, digest], at)];
}

function event(uuid: string, key: readonly string[], at: string): ProviderEvent {
  return {
    dedupeKey: key.join(':'),
    resource: 'contacts',
    externalId: uuid,
    kind: 'updated',
    occurredAt: new Date(at),
  };
}
