import { MortiseError } from '../kernel/index.ts';
import type { Refusal } from './judge-consent.ts';

const reasons: Record<Refusal, string> = {
  unknown_purpose: 'there is no purpose with this key',
  never_granted: 'they have never granted it',
  withdrawn: 'they have withdrawn their grant',
  expired: 'their grant has expired',
  outdated: 'the text has changed since in a way that asks for a new grant',
  archived: 'the purpose is archived, so nothing is sent for it',
};

/** The gate's refusal. It carries its reason for those who branch on it, and no more of the person than was asked. */
export class ConsentRequiredError extends MortiseError {
  readonly reason: Refusal;
  constructor(purpose: string, reason: Refusal) {
    super('consent_required', {
      detail: `Nothing may be sent of this person for the purpose ${purpose}: ${reasons[reason]}.`,
    });
    this.name = 'ConsentRequiredError';
    this.reason = reason;
  }
}

const invalid = (path: string, message: string) =>
  new MortiseError('unprocessable', { detail: message, issues: [{ path, message }] });

export const unknownPurpose = () => invalid('purpose', 'There is no purpose with this key.');
export const archivedPurpose = () =>
  invalid('purpose', 'The purpose is archived: nothing can be granted for it.');
export const unknownText = () => invalid('textVersion', 'The purpose has no text of this version.');
export const outdatedText = (least: number) =>
  invalid(
    'textVersion',
    `The text has changed in a way that asks for a new grant: show version ${least} or later.`,
  );
export const expiresInPast = () => invalid('expiresAt', 'The grant would have expired already.');

export const keyTaken = () =>
  new MortiseError('already_exists', {
    detail: 'A purpose with this key exists, perhaps in the archive. Keys are never used again.',
  });

export const replacedSince = () =>
  new MortiseError('conflict', {
    detail: 'The person has granted anew since, so this grant no longer counts. Withdraw the latest one.',
  });

export const notWithdrawn = () =>
  new MortiseError('conflict', {
    detail: 'The grant has not been withdrawn, so there is nothing to tell of. Withdraw it first.',
  });

export const purposeChanged = () =>
  new MortiseError('version_mismatch', {
    detail: 'Read the purpose again and repeat the change on what it is now.',
  });
