import { statSync } from 'node:fs';
import path from 'node:path';
import type { Account } from './choose-account.ts';

/**
 * The first folder on the way to `target`, itself included, that `account` may not enter; undefined when the way is
 * free. Judged by the permission bits, so that the answer names the folder; access lists are not looked at.
 */
export function findBarrier(target: string, account: Account): string | undefined {
  const steps: string[] = [];
  for (let step = target; ; step = path.dirname(step)) {
    steps.unshift(step);
    if (step === path.dirname(step)) break;
  }
  return steps.find((step) => {
    const { uid, gid, mode } = statSync(step);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    return (mode & bit) === 0;
  });
}
