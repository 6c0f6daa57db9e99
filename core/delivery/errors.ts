import { MortiseError } from '../kernel/index.ts';

/** @param cause why the address was refused, in words that the tenant may read */
export function badUrl(cause: Error): MortiseError {
  return new MortiseError('unprocessable', {
    detail: cause.message,
    issues: [{ path: 'url', message: cause.message }],
    cause,
  });
}

export function versionMismatch(): MortiseError {
  return new MortiseError('version_mismatch', {
    detail: 'Read the webhook again and repeat the change on what it is now.',
  });
}

export function notSending(status: string): MortiseError {
  return new MortiseError('unprocessable', {
    detail: `The webhook is ${status}, so nothing is sent to it. Set its status to active first.`,
  });
}
