import { webhookSettings, type Webhook, type WebhookSettings } from '@mortise/contract';

/** The settings as they stand in the form: a filter that is no JSON yet stands as its text, which no schema takes. */
export type SettingsDraft = Omit<WebhookSettings, 'filter'> & { filter: WebhookSettings['filter'] | string };

export interface WebhookValues {
  name: string;
  url: string;
  events: string[];
  settings: SettingsDraft;
  /** undefined: the one that is there is kept. */
  authSecret: string | undefined;
}

/** What a form begins with: the webhook's own, or the defaults of the contract. */
export function valuesOf(webhook: Webhook | undefined): WebhookValues {
  return {
    name: webhook?.name ?? '',
    url: webhook?.url ?? '',
    events: webhook?.events ?? [],
    settings: webhook?.settings ?? webhookSettings.parse({}),
    authSecret: undefined,
  };
}

/** Only what differs: what was not touched is neither checked anew nor written over. */
export function changedSettings<T extends object>(before: WebhookSettings, after: T): Partial<T> {
  const entries = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof WebhookSettings]),
  );
  return Object.fromEntries(entries) as Partial<T>;
}
