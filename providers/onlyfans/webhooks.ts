import { createHash } from 'node:crypto';
import { z } from 'zod';
import { hmacSha256 } from '../kit/index.ts';
import { idShape, joined } from './shapes.ts';
import type { ProviderEvent, Webhooks } from '../kit/index.ts';

const who = z.object({ id: idShape }).nullish();
const delivery = z.object({
  event: z.string(),
  account_id: z.string().startsWith('acct_').nullish(),
  payload: z
    .object({
      id: idShape.nullish(),
      createdAt: z.string().nullish(),
      // The fan. Never `user_id` beside it: that one is the creator's.
      user: who,
      fromUser: who,
      toUser: who,
      latestAuthAttempt: z.object({ started_at: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

type Payload = NonNullable<z.infer<typeof delivery>['payload']>;
type Told = Pick<ProviderEvent, 'resource' | 'kind'> & { id: (payload: Payload) => string | undefined };

const text = (id: string | number | null | undefined): string | undefined =>
  id === null || id === undefined ? undefined : String(id);
const fan = (payload: Payload): string | undefined => text((payload.user ?? payload.fromUser)?.id);
const own = (payload: Payload): string | undefined => text(payload.id);
const message =
  (chat: (payload: Payload) => string | undefined) =>
  (payload: Payload): string | undefined => {
    const [at, id] = [chat(payload), own(payload)];
    return at === undefined || id === undefined ? undefined : joined(at, id);
  };
// Who a sent message went to: `toUser` is unconfirmed.
const addressee = (payload: Payload): string | undefined => text((payload.toUser ?? payload.user)?.id);
const creator: Told = { resource: 'creators', kind: 'updated', id: () => '' };

const TOLD: Readonly<Record<string, Told>> = {
  'accounts.connected': { ...creator, kind: 'created' },
  'accounts.reconnected': creator,
  'accounts.session_expired': creator,
  'accounts.authentication_failed': creator,
  'subscriptions.new': { resource: 'fans', kind: 'created', id: fan },
  'subscriptions.renewed': { resource: 'fans', kind: 'updated', id: fan },
  'tips.received': { resource: 'fans', kind: 'updated', id: fan },
  'messages.ppv.unlocked': { resource: 'fans', kind: 'updated', id: fan },
  'messages.received': { resource: 'messages', kind: 'created', id: message(fan) },
  'messages.sent': { resource: 'messages', kind: 'created', id: message(addressee) },
  'messages.deleted': { resource: 'messages', kind: 'deleted', id: message(addressee) },
  'transactions.new': { resource: 'transactions', kind: 'created', id: own },
};

const verify = hmacSha256({ header: 'signature', encoding: 'hex' });

/**
 * The gateway's webhooks, one for a team, signed with a secret that whoever registers it chooses. Neither a time nor
 * an id is signed: a replay is known by the hash of its body alone. The account a delivery names is a creator and not
 * the team, so that the team is told by whose secret verified it. Which fields the payloads hold is published for
 * some events only; one whose record cannot be told is left out, and the next run finds it.
 */
export const webhooks: Webhooks = {
  secret: 'own',
  verify,
  events(rawBody) {
    const {
      event,
      account_id: account,
      payload,
    } = delivery.parse(JSON.parse(Buffer.from(rawBody).toString()));
    const told = TOLD[event];
    if (told === undefined || !account) return [];
    const id = told.id(payload ?? {});
    if (id === undefined) return [];
    const at = new Date(payload?.createdAt ?? payload?.latestAuthAttempt?.started_at ?? Number.NaN);
    return [
      {
        dedupeKey: createHash('sha256').update(rawBody).digest('hex'),
        resource: told.resource,
        externalId: id === '' ? account : joined(account, id),
        kind: told.kind,
        // Where no time is told, it has just happened.
        occurredAt: Number.isNaN(at.getTime()) ? new Date() : at,
      },
    ];
  },
};
