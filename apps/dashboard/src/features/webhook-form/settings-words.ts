import type { WebhookSettings } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { durationText } from '../../ui/moment-text.ts';
import { scheduleText } from './schedule-text.ts';

const mostPlaces = 3;

/** What a webhook's settings are at present, a line for each section of its form. */
export const settingsWords = {
  filter: ({ filter }: Pick<WebhookSettings, 'filter'>): string => {
    const places = Object.keys(filter ?? {});
    if (places.length === 0) return text.webhookForm.filterNone;
    return text.webhookForm.filterWhere(places.slice(0, mostPlaces), places.length - mostPlaces);
  },
  transform: ({ transform }: Pick<WebhookSettings, 'transform'>): string => {
    if (transform === null) return text.webhookForm.transformNone;
    return text.webhookForm.transformLines(transform.split('\n').length);
  },
  auth: ({ auth }: Pick<WebhookSettings, 'auth'>): string => {
    switch (auth.kind) {
      case 'none':
        return text.webhookForm.authNone;
      case 'basic':
        return text.webhookForm.authBasic(auth.username);
      case 'bearer':
        return text.webhookForm.authKinds.bearer;
      case 'header':
        return text.webhookForm.authHeader(auth.name);
      case 'hmac':
        return text.webhookForm.authHmac(auth.algorithm, auth.header);
      case 'oauth2':
        return text.webhookForm.authOauth2(URL.parse(auth.tokenUrl)?.host ?? auth.tokenUrl);
      case 'mtls':
        return text.webhookForm.authMtls;
    }
  },
  signing: ({ signing }: Pick<WebhookSettings, 'signing'>): string => {
    return text.webhookForm.signings[signing].name;
  },
  retries: ({ retry, timeoutMs }: Pick<WebhookSettings, 'retry' | 'timeoutMs'>): string => {
    const timeout = durationText(timeoutMs, locale);
    if (!retry.enabled || retry.attempts === 1) return text.webhookForm.retriesNone(timeout);
    return retry.schedule === null
      ? text.webhookForm.retriesDefault(retry.attempts, timeout)
      : text.webhookForm.retriesOwn(retry.attempts, scheduleText(retry.schedule), timeout);
  },
  limits: ({
    concurrency,
    rateLimit,
    orderBy,
  }: Pick<WebhookSettings, 'concurrency' | 'rateLimit' | 'orderBy'>): string => {
    return [
      text.webhookForm.atATime(concurrency),
      rateLimit === null ? undefined : text.webhookForm.rateWords(rateLimit.requests, rateLimit.perSeconds),
      orderBy === null
        ? undefined
        : orderBy === ''
          ? text.webhookForm.inOrderAll
          : text.webhookForm.inOrderBy(orderBy),
    ]
      .filter((words) => words !== undefined)
      .join(', ');
  },
  request: ({ method, headers }: Pick<WebhookSettings, 'method' | 'headers'>): string => {
    return text.webhookForm.methodAndHeaders(method, Object.keys(headers).length);
  },
  /** @param nameOf the name of a purpose by its key */
  consent: ({ consent }: Pick<WebhookSettings, 'consent'>, nameOf: (key: string) => string): string => {
    return consent === null
      ? text.webhookForm.consentNone
      : text.webhookForm.consentFor(nameOf(consent.purpose));
  },
  retention: ({ retentionDays }: Pick<WebhookSettings, 'retentionDays'>): string => {
    return retentionDays === null
      ? text.webhookForm.retentionAll
      : text.webhookForm.retentionDays(retentionDays);
  },
};
