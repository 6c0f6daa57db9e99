import type { CompiledFilter } from './compile-filter.ts';

/** The type of the event that the test button makes. It goes to the webhook it is about and to no other. */
export const testEventType = 'webhook.tested';

/**
 * Whether a subscription covers a type of event: the type itself, `*` for everything, or a family such as
 * `contact.*`, which covers `contact.updated` and `contact.address.updated` but neither `contact` nor `contacts.x`.
 */
export function matchesType(subscription: string, type: string): boolean {
  if (subscription === '*' || subscription === type) return true;
  return (
    subscription.endsWith('.*') &&
    type.startsWith(subscription.slice(0, -1)) &&
    type.length >= subscription.length
  );
}

/**
 * Whether an event is bound for a webhook.
 *
 * @param webhook.id public
 * @param event.subject the public id of the thing the event is about
 */
export function matchesWebhook(
  webhook: { id: string; events: readonly string[] },
  event: { type: string; subject: string | null; forward?: boolean },
): boolean {
  if (event.forward === false) return false;
  if (event.type === testEventType) return event.subject === webhook.id;
  return webhook.events.some((subscription) => matchesType(subscription, event.type));
}

/**
 * The same with the webhook's filter. A test event is past it: it is for the webhook whatever that wants.
 *
 * @param look gives the event's body as an object; asked only where there is a filter
 */
export function isWanted(
  webhook: { id: string; events: readonly string[]; filter: Pick<CompiledFilter, 'matches'> | undefined },
  event: { type: string; subject: string | null; forward?: boolean },
  look: () => object,
): boolean {
  if (!matchesWebhook(webhook, event)) return false;
  return webhook.filter === undefined || event.type === testEventType || webhook.filter.matches(look());
}
