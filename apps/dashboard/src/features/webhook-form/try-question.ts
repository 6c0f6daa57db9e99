import { createWebhook, tryWebhook, type RouteInput } from '@mortise/contract';
import type { WebhookValues } from './webhook-values.ts';

type Question = RouteInput<typeof tryWebhook>['body'];

/** The event to try with: one that happened, or one written by hand. */
export type TrySource =
  | { kind: 'none' }
  | { kind: 'event'; id: string }
  | { kind: 'own'; type: string; data: string };

const settingsShape = createWebhook.body.shape.settings.unwrap().shape;

/**
 * What to ask of a webhook as it stands in the form. Settings that are not filled in yet are left out: they are of
 * another section than what one tries.
 *
 * @returns undefined where no event is chosen, or the one written by hand is none
 */
export function tryQuestion(
  values: WebhookValues,
  source: TrySource,
  webhookId: string | undefined,
): Question | undefined {
  const event = eventOf(source);
  if (event === undefined) return undefined;
  const settings = Object.fromEntries(
    Object.entries(values.settings).filter(
      ([name, value]) => settingsShape[name as keyof typeof settingsShape].safeParse(value).success,
    ),
  );
  const { url, events } = createWebhook.body.shape;
  return {
    ...event,
    settings,
    ...(webhookId === undefined ? {} : { webhookId }),
    ...(url.safeParse(values.url).success ? { url: values.url } : {}),
    ...(events.safeParse(values.events).success ? { events: values.events } : {}),
  };
}

function eventOf(source: TrySource): Pick<Question, 'event' | 'eventId'> | undefined {
  if (source.kind === 'none') return undefined;
  if (source.kind === 'event') return { eventId: source.id };
  const data = dataOf(source.data);
  if (data === undefined) return undefined;
  const event = { type: source.type, data };
  return tryWebhook.body.shape.event.safeParse(event).success ? { event } : undefined;
}

/** The data of an event as it is written; undefined where it is no JSON object. */
export function dataOf(written: string): Record<string, never> | undefined {
  try {
    const data: unknown = JSON.parse(written);
    const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
    return isObject ? (data as Record<string, never>) : undefined;
  } catch {
    return undefined;
  }
}
