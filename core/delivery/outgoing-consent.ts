import type { Database, Tx } from '@mortise/platform/database';
import type { Logger } from '@mortise/platform/telemetry';
import { consentKeyOf, consentNeedOf, type ConsentGate } from './consent-gate.ts';
import type { Outgoing } from './outgoing.ts';

/** The ledger of consent could not be asked, which says nothing about the consent. */
export class ConsentUnknown extends Error {}

const openBody = (item: Outgoing) => JSON.parse(Buffer.from(item.body).toString()) as { type: string };

/** What finds a delivery that waits for somebody's consent; null where it needs none or names nobody. */
export function consentKeyOfOutgoing(item: Outgoing): string | null {
  const { settings } = item.target;
  return settings.consent === null ? null : consentKeyOf(settings, openBody(item));
}

/**
 * Asks, right before it is sent, whether the person has consented: in a transaction of its own, which has committed when
 * the request is made.
 *
 * @returns why it may not be sent, in words; undefined when it may
 * @throws ConsentUnknown when the ledger cannot be asked: nothing is sent then
 */
export function createConsentCheck(deps: { db: Database; consentGate: ConsentGate; logger: Logger }) {
  return async (item: Outgoing): Promise<string | undefined> => {
    const { settings } = item.target;
    const need = consentNeedOf(settings, openBody(item));
    if (need === undefined) return undefined;
    const { purpose, subject } = need;
    if (subject === undefined)
      return `The event names no person at ${settings.consent?.subject}, and nothing is sent without their consent.`;
    const { tenantId } = item;
    const ask = (tx: Tx) => deps.consentGate(tx, { tenantId, subjectId: subject, purpose });
    return deps.db.tenant(tenantId, ask).catch((error: unknown) => {
      deps.logger.warn({ err: error, deliveryId: item.deliveryId }, 'A consent cannot be looked up now');
      throw new ConsentUnknown('The consent could not be looked up.', { cause: error });
    });
  };
}
