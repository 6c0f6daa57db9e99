import { sharedSecret } from '../kit/index.ts';
import type { ProviderEvent, Webhooks, Withdrawal } from '../kit/index.ts';

const RESOURCES: Readonly<Record<string, string>> = {
  LEAD: 'leads',
  DEAL: 'deals',
  CONTACT: 'contacts',
  COMPANY: 'companies',
};

const KINDS: Readonly<Record<string, ProviderEvent['kind']>> = {
  ADD: 'created',
  UPDATE: 'updated',
  DELETE: 'deleted',
};

/** A delivery is a form whose names carry brackets: `auth[member_id]`. */
function read(rawBody: Uint8Array) {
  const form = new URLSearchParams(Buffer.from(rawBody).toString());
  const event = form.get('event')?.toUpperCase();
  const memberId = form.get('auth[member_id]');
  const ts = form.get('ts') ?? '';
  if (event === undefined || !memberId || !/^\d{1,12}$/.test(ts)) {
    throw new SyntaxError('not an event of Bitrix24: event, ts or auth[member_id] is missing');
  }
  const id = form.get('data[FIELDS][ID]') ?? '';
  const dedupeKey = [memberId, event, id, ts].join(':');
  return { event, memberId, id, dedupeKey, occurredAt: new Date(Number(ts) * 1000) };
}

/**
 * Bitrix24's events. Nothing is signed: each repeats the token of the app on that one portal, which came when the app
 * was installed (`ONAPPINSTALL`), and that is the secret here. An event tells an id alone, may come late and is never
 * sent again: what matters is read anew, and a sync finds what got lost. Tokens that some events carry are not used.
 */
export const webhooks: Webhooks = {
  secret: 'own',
  signsBody: false,
  verify: sharedSecret({
    read: ({ rawBody }) =>
      new URLSearchParams(Buffer.from(rawBody).toString()).get('auth[application_token]') ?? undefined,
  }),

  events(rawBody): ProviderEvent[] {
    const { event, memberId, id, dedupeKey, occurredAt } = read(rawBody);
    const [, type = '', happening = ''] = /^ONCRM([A-Z]+?)(ADD|UPDATE|DELETE)$/.exec(event) ?? [];
    const [resource, kind] = [RESOURCES[type], KINDS[happening]];
    if (resource === undefined || kind === undefined || id === '') return [];
    return [{ dedupeKey, accountId: memberId, resource, externalId: id, kind, occurredAt }];
  },

  withdrawals(rawBody): Withdrawal[] {
    const { event, memberId, dedupeKey, occurredAt } = read(rawBody);
    return event === 'ONAPPUNINSTALL' ? [{ dedupeKey, accountId: memberId, occurredAt }] : [];
  },
};
