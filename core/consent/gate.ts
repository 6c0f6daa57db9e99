import type { Tx } from '@mortise/platform/database';
import type { Clock } from '../kernel/index.ts';
import { ConsentRequiredError } from './errors.ts';
import { judgeConsent, type Refusal } from './judge-consent.ts';
import { readStates } from './state-store.ts';

/** A grant that holds now. */
export interface GrantInForce {
  /** Bare. */
  consentId: string;
  subjectId: string;
  textVersion: number;
  expiresAt: Date | null;
}

export interface Gate {
  /**
   * Asks for the grant that lets something leave. Call it in the transaction that queues a transmission, and again in
   * the one that claims it just before it goes out: a withdrawal that committed before is always seen, and one under
   * way and this transaction wait for each other, so that what is queued here is there for it to stop.
   *
   * @param asked.tenantId bare
   * @throws ConsentRequiredError (consent_required, 403) with the reason, for an unknown purpose too
   */
  requireConsent(
    tx: Tx,
    asked: { tenantId: string; subjectId: string; purposeKey: string },
  ): Promise<GrantInForce>;
  /**
   * The same for many people at once, in one statement.
   *
   * @returns for each person asked for, the grant in force or the reason why there is none
   */
  findConsents(
    tx: Tx,
    asked: { tenantId: string; subjectIds: readonly string[]; purposeKey: string },
  ): Promise<ReadonlyMap<string, GrantInForce | Refusal>>;
}

export function createGate(deps: { clock: Clock }): Gate {
  const findConsents: Gate['findConsents'] = async (tx, { tenantId, subjectIds, purposeKey }) => {
    const states = await readStates(tx, tenantId, purposeKey, subjectIds);
    const now = deps.clock.now();
    return new Map(
      subjectIds.map((subjectId): [string, GrantInForce | Refusal] => {
        const state = states.get(subjectId);
        const refusal = judgeConsent(state, now);
        if (refusal !== undefined) return [subjectId, refusal];
        const { grantId, textVersion, expiresAt } = state!;
        return [subjectId, { consentId: grantId!, subjectId, textVersion: textVersion!, expiresAt }];
      }),
    );
  };

  return {
    findConsents,
    async requireConsent(tx, { tenantId, subjectId, purposeKey }) {
      const found = await findConsents(tx, { tenantId, subjectIds: [subjectId], purposeKey });
      const answer = found.get(subjectId) ?? 'never_granted';
      if (typeof answer === 'string') throw new ConsentRequiredError(purposeKey, answer);
      return answer;
    },
  };
}
