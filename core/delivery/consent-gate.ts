import type { WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { testEventType } from './match-subscription.ts';
import { readPointer } from './read-pointer.ts';

/**
 * Says whether a grant holds that lets something of a person leave. The ledger of consent stands on this room's own
 * floor, so the composition joins them.
 *
 * @param tx a withdrawal that committed before is seen in it
 * @returns why nothing may be sent, in words; undefined when it may
 */
export type ConsentGate = (
  tx: Tx,
  asked: { tenantId: string; subjectId: string; purpose: string },
) => Promise<string | undefined>;

/** Whose consent a delivery needs: of `subject`, or of somebody whom the event does not name. */
export interface ConsentNeed {
  purpose: string;
  subject: string | undefined;
}

/** As long as an id of a person may be in the ledger. */
const longestSubject = 200;

/**
 * What consent an event needs to be sent to a webhook.
 *
 * @param body the event's body, parsed
 * @returns undefined when it needs none: the webhook asks for none, or it is the webhook's own test event
 */
export function consentNeedOf(
  settings: Pick<WebhookSettings, 'consent'>,
  body: { type: string },
): ConsentNeed | undefined {
  if (settings.consent === null || body.type === testEventType) return undefined;
  const { purpose, subject: pointer } = settings.consent;
  const found = readPointer(body, pointer);
  const subject = typeof found === 'number' ? String(found) : found;
  const named = typeof subject === 'string' && subject !== '' && subject.length <= longestSubject;
  return { purpose, subject: named ? subject : undefined };
}

/** What finds the waiting deliveries of a person and purpose: no purpose has a space in its key. */
export const consentKey = (purpose: string, subject: string) => `${purpose} ${subject}`;

/** The key of what an event needs; null where there is none to find it by. */
export function consentKeyOf(
  settings: Pick<WebhookSettings, 'consent'>,
  body: { type: string },
): string | null {
  const need = consentNeedOf(settings, body);
  return need?.subject === undefined ? null : consentKey(need.purpose, need.subject);
}
