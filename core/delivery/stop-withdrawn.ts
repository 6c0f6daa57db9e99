import type { Tx } from '@mortise/platform/database';
import { consentKey } from './consent-gate.ts';
import { endWaitingFor } from './queue-store.ts';

/**
 * Ends the deliveries that wait for a person's consent to a purpose, each with an attempt that says so. What is claimed
 * is not touched: whoever has it asks the gate right before the request.
 *
 * @returns the webhook of each, bare
 */
export async function stopWithdrawn(
  tx: Tx,
  withdrawal: { tenantId: string; subjectId: string; purpose: string },
  about: { processId: string; now: Date },
): Promise<string[]> {
  const { tenantId, subjectId, purpose } = withdrawal;
  const why = `The person withdrew their grant of the purpose ${purpose} before it was sent.`;
  return endWaitingFor(tx, tenantId, consentKey(purpose, subjectId), { ...about, why });
}
