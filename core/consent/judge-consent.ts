/** Why nothing may leave for a person and purpose. */
export type Refusal = 'unknown_purpose' | 'never_granted' | 'withdrawn' | 'expired' | 'outdated' | 'archived';

/** What is known of a person's latest grant of a purpose; `grantId` is null where there never was one. */
export interface ConsentState {
  grantId: string | null;
  textVersion: number | null;
  expiresAt: Date | null;
  withdrawnAt: Date | null;
  leastTextVersion: number;
  archivedAt: Date | null;
}

/**
 * Whether a grant holds at a moment. What is not known to hold does not.
 *
 * @param state undefined when there is no such purpose
 * @returns the reason against it, or undefined when it holds
 */
export function judgeConsent(state: ConsentState | undefined, now: Date): Refusal | undefined {
  if (state === undefined) return 'unknown_purpose';
  if (state.archivedAt !== null) return 'archived';
  if (state.grantId === null || state.textVersion === null) return 'never_granted';
  if (state.withdrawnAt !== null) return 'withdrawn';
  if (state.textVersion < state.leastTextVersion) return 'outdated';
  if (state.expiresAt !== null && state.expiresAt <= now) return 'expired';
  return undefined;
}
