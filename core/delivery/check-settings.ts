import type { WebhookSettings } from '@mortise/contract';
import { EgressError } from '@mortise/platform/egress';
import { systemClock } from '../kernel/index.ts';
import { badSettings, badUrl, transformNotRun } from './errors.ts';
import { judgeSettings } from './judge-settings.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';

/**
 * Refuses a webhook that could not send as it stands.
 *
 * @param webhook.authSecret in force with these settings, given now or kept
 * @param webhook.changed what of it is new: nothing that stands is refused because time has gone by
 * @throws MortiseError unprocessable, with the path of what is wrong
 */
export function checkSettings(
  deps: Pick<DeliveryRoutesOptions, 'egress' | 'clock'>,
  webhook: {
    url: string;
    settings: WebhookSettings;
    authSecret: string | undefined;
    changed: {
      url?: string | undefined;
      authSecret?: string | undefined;
      settings?: { auth?: unknown } | undefined;
    };
  },
): void {
  const { settings, changed } = webhook;
  const check = (path: string, url: string) => {
    try {
      deps.egress.checkUrl(url);
    } catch (error) {
      throw error instanceof EgressError ? badUrl(path, error) : error;
    }
  };
  if (changed.url !== undefined) check('url', webhook.url);
  const authChanged = changed.settings?.auth !== undefined || changed.authSecret !== undefined;
  if (authChanged || changed.url !== undefined) {
    const issues = judgeSettings(webhook, (deps.clock ?? systemClock).now());
    if (issues.length > 0) throw badSettings(issues);
  }
  if (authChanged && settings.auth.kind === 'oauth2') check('settings.auth.tokenUrl', settings.auth.tokenUrl);
}

/**
 * Refuses a transform that cannot be read, or that uses what it may not.
 *
 * @throws MortiseError unprocessable, with the character where that can be said; not_ready when it cannot be looked at now
 */
export async function checkTransform(
  deps: Pick<DeliveryRoutesOptions, 'delivery'>,
  tenantId: string,
  transform: string | null,
): Promise<void> {
  if (transform === null) return;
  const judged = await deps.delivery.transformer.check({ tenantId, expression: transform });
  if (judged.kind === 'unavailable') throw transformNotRun(judged.message);
  if (judged.kind !== 'failed') return;
  const place = judged.position === null ? '' : ` (at character ${judged.position})`;
  throw badSettings([{ path: 'settings.transform', message: `cannot be used: ${judged.message}${place}` }]);
}
