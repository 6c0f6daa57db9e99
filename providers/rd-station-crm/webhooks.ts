import { z } from 'zod';
import { sharedSecret } from '../kit/index.ts';
import type { ProviderEvent, Webhooks } from '../kit/index.ts';

const RESOURCES: Readonly<Record<string, string>> = {
  contact: 'contacts',
  organization: 'organizations',
  deal: 'deals',
  task: 'tasks',
  product: 'products',
  source: 'sources',
  campaign: 'campaigns',
  lost_reason: 'lost_reasons',
};

const delivery = z.object({
  event_name: z.string(),
  document: z.object({ id: z.string().min(1) }),
  event_timestamp: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time'),
  transaction_uuid: z.string().min(1),
});

/**
 * RD Station CRM signs nothing: a webhook is made with a header's name and value (`auth_header`, `auth_key`), which
 * every delivery repeats. Ours is `Authorization` with a secret of the webhook's own. One transaction may touch
 * several records (unconfirmed), so the key names the record too. Any 2xx accepts; otherwise it comes again.
 */
export const webhooks: Webhooks = {
  secret: 'own',
  signsBody: false,
  verify: sharedSecret({ header: 'authorization' }),

  events(rawBody) {
    const body = z.looseObject({ event_name: z.string() }).parse(JSON.parse(Buffer.from(rawBody).toString()));
    const [, type = '', happening] = /^crm_(\w+)_(created|updated|deleted)$/.exec(body.event_name) ?? [];
    const resource = RESOURCES[type];
    if (resource === undefined || happening === undefined) return [];
    const { event_name, document, event_timestamp, transaction_uuid } = delivery.parse(body);
    return [
      {
        dedupeKey: [transaction_uuid, event_name, document.id].join(':'),
        resource,
        externalId: document.id,
        kind: happening as ProviderEvent['kind'],
        occurredAt: new Date(event_timestamp),
      },
    ];
  },
};
