import type { RouteParsed, tryWebhook } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { bareId, newId, notFound, publicId, systemClock, type Handler } from '../kernel/index.ts';
import { authHeaders, hidden } from './auth-headers.ts';
import { bodyObject, buildBody, type EventContent } from './build-body.ts';
import { compileFilter } from './compile-filter.ts';
import { transformNotRun } from './errors.ts';
import { readEventOf, readLatestOf } from './delivery-store.ts';
import { matchesType, testEventType } from './match-subscription.ts';
import { requestHeaders } from './request-headers.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { describeTransform } from './send-once.ts';
import { readWebhookRow, settingsOf, type WebhookRow } from './webhook-store.ts';

type Asked = RouteParsed<typeof tryWebhook>['body'];

/** What depends on the moment of sending, or on a secret, is shown by its name. */
const unmade = { signature: '[signature]', timestamp: '[seconds since 1970]', traceparent: '[trace]' };

/** The handler that says what would be sent, and sends nothing. */
export function tryRoutes(options: DeliveryRoutesOptions) {
  const { db, delivery, clock = systemClock } = options;

  async function readEvent(tx: Tx, tenantId: string, asked: Asked): Promise<EventContent> {
    if (asked.event !== undefined)
      return { ...asked.event, id: publicId('event', newId()), occurredAt: clock.now() };
    const id = asked.eventId === undefined ? undefined : bareId('event', asked.eventId);
    const found =
      id === undefined
        ? await readLatestOf(tx, tenantId, asked.eventType ?? '')
        : await readEventOf(tx, tenantId, id).then((row) => row && { ...row, id });
    if (found === undefined) throw notFound();
    return { ...found, id: publicId('event', found.id), occurredAt: found.occurred_at };
  }

  const tryOut: Handler<typeof tryWebhook> = async ({ tenantId }, { body: asked }) => {
    const { webhook, event } = await db.tenant(tenantId, async (tx) => {
      const id = asked.webhookId === undefined ? undefined : bareId('webhook', asked.webhookId);
      const row = id === undefined ? undefined : await readWebhookRow(tx, tenantId, id);
      if (id !== undefined && row === undefined) throw notFound();
      return { webhook: row, event: await readEvent(tx, tenantId, asked) };
    });
    const settings = settingsOf({ settings: { ...webhook?.settings, ...asked.settings } });
    const text = buildBody(event);
    const match = judgeMatch(asked, webhook, settings.filter, event);
    const made =
      settings.transform === null
        ? { kind: 'given' as const, body: text }
        : await delivery.transformer.run({ tenantId, expression: settings.transform, body: text });
    if (made.kind === 'unavailable') throw transformNotRun(made.message);
    const about = { event: text, ...match };
    if (made.kind === 'failed')
      return { ...about, outcome: 'failed', error: describeTransform(made), request: null };
    if (made.kind === 'nothing')
      return { ...about, outcome: 'skipped', error: 'The transform gives nothing.', request: null };
    const headers = requestHeaders(settings, {
      userAgent: delivery.userAgent,
      traceparent: unmade.traceparent,
      signed: {
        'webhook-id': event.id,
        'webhook-timestamp': unmade.timestamp,
        'webhook-signature': unmade.signature,
      },
    });
    for (const name in authHeaders(settings.auth, '', Buffer.alloc(0))) headers[name] = hidden;
    const url = asked.url ?? webhook?.url ?? null;
    return {
      ...about,
      outcome: 'sent',
      error: null,
      request: { method: settings.method, url, headers, body: made.body },
    };
  };

  return { tryOut };
}

function judgeMatch(
  asked: Asked,
  webhook: WebhookRow | undefined,
  filter: ReturnType<typeof settingsOf>['filter'],
  event: EventContent,
): { matched: boolean; reason: string } {
  if (event.type === testEventType) {
    const matched = webhook !== undefined && event.subject === publicId('webhook', webhook.id);
    return { matched, reason: 'A test event goes to the webhook that it is about, past its filter.' };
  }
  const subscriptions = asked.events ?? webhook?.events ?? ['*'];
  const by = subscriptions.find((subscription) => matchesType(subscription, event.type));
  if (by === undefined) return { matched: false, reason: `No subscription covers ${event.type}.` };
  const failing = filter === null ? [] : compileFilter(filter).failing(bodyObject(event));
  if (failing.length > 0)
    return {
      matched: false,
      reason: `Subscribed by ${by}; the filter does not hold at ${failing.join(', ')}.`,
    };
  const held = filter === null ? '' : ', and the filter holds';
  return { matched: true, reason: `Subscribed by ${by}${held}.` };
}
