import { MortiseError } from '../kernel/index.ts';
import type { Issue } from './judge-settings.ts';

/**
 * @param path the field that holds the address
 * @param cause why the address was refused, in words that the tenant may read
 */
export function badUrl(path: string, cause: Error): MortiseError {
  return new MortiseError('unprocessable', {
    detail: cause.message,
    issues: [{ path, message: cause.message }],
    cause,
  });
}

export function badSettings(issues: Issue[]): MortiseError {
  const detail = `${issues.map(({ path, message }) => `${path} ${message}`).join('; ')}.`;
  return new MortiseError('unprocessable', { detail, issues });
}

/** @param why in words */
export function transformNotRun(why: string): MortiseError {
  return new MortiseError('not_ready', { detail: `${why} Try again in a moment.`, retryAfterSeconds: 5 });
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
