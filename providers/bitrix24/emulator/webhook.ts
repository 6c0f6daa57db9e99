import { portalOf } from './portals.ts';
import type { Change, OutgoingWebhook, WebhookTarget, World } from '../../kit/emulator/index.ts';

const TYPES: Readonly<Record<string, string>> = {
  leads: 'LEAD',
  deals: 'DEAL',
  contacts: 'CONTACT',
  companies: 'COMPANY',
};
const HAPPENINGS = { created: 'ADD', updated: 'UPDATE', archived: 'DELETE' } as const;

/** An event: a form with bracketed names that tells the id alone, sent once. */
export function webhook(change: Change, _target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const { record, kind } = change;
  const type = TYPES[record.collection];
  const portal = portalOf(world, record.accountId);
  if (type === undefined || portal === undefined) return undefined;
  return eventOf(world, portal.account.id, `ONCRM${type}${HAPPENINGS[kind]}`, {
    'data[FIELDS][ID]': record.id,
  });
}

/** Any event of a portal, as its queue sends it. */
export function eventOf(
  world: World,
  accountId: string,
  event: string,
  data: Record<string, string>,
): OutgoingWebhook | undefined {
  const portal = portalOf(world, accountId);
  if (portal === undefined) return undefined;
  const { account, applicationToken } = portal;
  const form = new URLSearchParams({
    event,
    event_handler_id: '201',
    ...data,
    ts: String(Math.floor(world.now().getTime() / 1000)),
    'auth[domain]': account.detail,
    'auth[client_endpoint]': `https://${account.detail}/rest/`,
    'auth[server_endpoint]': 'https://oauth.bitrix.info/rest/',
    'auth[member_id]': account.id,
    'auth[application_token]': applicationToken,
  });
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}
