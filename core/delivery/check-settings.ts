import type { WebhookSettings } from '@mortise/contract';
import { EgressError } from '@mortise/platform/egress';
import { systemClock } from '../kernel/index.ts';
import { badSettings, badUrl } from './errors.ts';
import { judgeSettings } from './judge-settings.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';

/**
 * Refuses a webhook that could not send as it stands.
 *
 * @param webhook.authSecret in force with these settings, given now or kept
 * @param webhook.changed what of it is new: only that is looked at where the look is dear, or its answer changes in time
 * @throws MortiseError unprocessable, with the path of what is wrong
 */
export async function checkSettings(
  deps: Pick<DeliveryRoutesOptions, 'egress' | 'delivery' | 'clock'>,
  webhook: {
    tenantId: string;
    url: string;
    settings: WebhookSettings;
    authSecret: string | undefined;
    changed: {
      url?: string | undefined;
      authSecret?: string | undefined;
      settings?: { auth?: unknown; transform?: unknown } | undefined;
    };
  },
): Promise<void> {
  const { tenantId, settings, changed } = webhook;
  const check = (path: string, url: string) => {
    try {
      deps.egress.checkUrl(url);
    } catch (error) {
      throw error instanceof EgressError ? badUrl(path, error) : error;
    }
  };
  if (changed.url !== undefined) check('url', webhook.url);
  const { auth, transform } = settings;
  const authChanged = changed.settings?.auth !== undefined || changed.authSecret !== undefined;
  if (authChanged || changed.url !== undefined) {
    const issues = judgeSettings(webhook, (deps.clock ?? systemClock).now());
    if (issues.length > 0) throw badSettings(issues);
  }
  if (authChanged && auth.kind === 'oauth2') check('settings.auth.tokenUrl', auth.tokenUrl);
  if (transform === null || changed.settings?.transform === undefined) return;
  const judged = await deps.delivery.transformer.check({ tenantId, expression: transform });
  if (judged.kind !== 'failed') return;
  const place = judged.position === null ? '' : ` (at character ${judged.position})`;
  throw badSettings([{ path: 'settings.transform', message: `cannot be used: ${judged.message}${place}` }]);
}
