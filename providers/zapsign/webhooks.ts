import { z } from 'zod';
import { sharedSecret } from '../kit/index.ts';
import type { ProviderEvent, Webhooks } from '../kit/index.ts';

/** Events that change a document. The others tell of mail, checks and reminders; new types are to be expected. */
const KINDS: Readonly<Record<string, ProviderEvent['kind']>> = {
  doc_created: 'created',
  doc_signed: 'updated',
  doc_refused: 'updated',
  doc_expired: 'updated',
  doc_viewed: 'updated',
  created_signer: 'updated',
  doc_deleted: 'deleted',
};

const delivery = z.object({
  event_type: z.string(),
  token: z.string().min(1),
  last_update_at: z.iso.datetime(),
  signer_who_signed: z.object({ token: z.string().min(1) }).nullish(),
});

/**
 * ZapSign signs nothing: it repeats the headers one registers with a webhook. Ours is `Authorization: Bearer` and a
 * secret of the webhook's own. A delivery has neither an id nor a time, and its links are new in each: what
 * happened to which document, when, and who signed, make the key. It is posted again until the answer is 200.
 */
export const webhooks: Webhooks = {
  secret: 'own',
  signsBody: false,
  verify: sharedSecret({ header: 'authorization', prefix: 'Bearer ' }),

  events(rawBody) {
    const body = z.looseObject({ event_type: z.string() }).parse(JSON.parse(Buffer.from(rawBody).toString()));
    const kind = KINDS[body.event_type];
    if (kind === undefined) return [];
    const { event_type, token, last_update_at, signer_who_signed: signer } = delivery.parse(body);
    const key = [event_type, token, last_update_at, signer?.token ?? ''].join(':');
    const occurredAt = new Date(last_update_at);
    const event = { dedupeKey: key, resource: 'documents', externalId: token, kind, occurredAt };
    if (signer === undefined || signer === null) return [event];
    return [
      event,
      {
        ...event,
        dedupeKey: `${key}:signer`,
        resource: 'signers',
        externalId: signer.token,
        kind: 'updated',
      },
    ];
  },
};
