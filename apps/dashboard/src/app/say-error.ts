import { MortiseError } from '@mortise/sdk';
import { text } from '../messages/index.ts';

export interface SaidError {
  title: string;
  advice: string;
  requestId: string | undefined;
}

/** Codes whose own sentence says all; for the others the server's detail tells what is wrong in this case. */
const ownWords = new Set(['internal', 'network', 'unexpected_answer', 'unauthenticated', 'not_found']);

/** Any failure in plain words. What is not one of ours (a bug in a page) is told like a failure of the server. */
export function sayError(error: unknown): SaidError {
  if (!(error instanceof MortiseError)) return { ...text.errors.internal, requestId: undefined };
  const { title, advice } = text.errors[error.code];
  // What the contract refuses is named as the API names it (`body.email: …`); the form shows it where it is.
  const isFields = error.code === 'invalid_request' && error.issues.length > 0;
  const isTold = error.detail !== '' && !isFields && !ownWords.has(error.code);
  return { title, advice: isTold ? error.detail : advice, requestId: error.requestId };
}
