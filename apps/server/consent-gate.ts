import { ConsentRequiredError, type Gate } from '@mortise/core/consent';
import type { ConsentGate } from '@mortise/core/delivery';

/** The ledger's gate as deliveries ask it: a refusal is an answer, in the ledger's own words. */
export function consentGateOf(gate: Gate): ConsentGate {
  return async (tx, { tenantId, subjectId, purpose }) => {
    try {
      await gate.requireConsent(tx, { tenantId, subjectId, purposeKey: purpose });
      return undefined;
    } catch (error) {
      if (error instanceof ConsentRequiredError) return error.message;
      throw error;
    }
  };
}
