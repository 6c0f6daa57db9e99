import type { Egress } from '@mortise/platform/egress';
import { MortiseError } from '../kernel/index.ts';

/**
 * Refuses base URLs that no call may go to. Those that still lack a part are left: no call can go there.
 *
 * @throws MortiseError unprocessable
 */
export function checkReachable(egress: Egress, urls: readonly string[]): void {
  try {
    for (const url of urls) if (!/[{}]/.test(url)) egress.checkUrl(url);
  } catch (error) {
    throw new MortiseError('unprocessable', {
      detail: `A base URL cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  }
}
