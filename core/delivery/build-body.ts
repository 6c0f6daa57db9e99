import { canonicalJson } from '../kernel/index.ts';

/** What of an event is sent. */
export interface EventContent {
  /** Public. */
  id: string;
  type: string;
  subject: string | null;
  occurredAt: Date;
  /** As `JSON.parse` gives it. */
  data: object;
}

/** The body of an event as an object, for those who look into it. */
export function bodyObject(event: EventContent) {
  const { id, type, subject, data } = event;
  return { id, type, timestamp: event.occurredAt.toISOString(), subject, data };
}

/**
 * The body of an event: Standard Webhooks' `type`, `timestamp` and `data`, with the event's id and subject. Made from
 * the log's row it is the same to the byte as made from the event at hand, so it needs no storage of its own and
 * every attempt sends, and the log shows, the same.
 */
export function buildBody(event: EventContent): string {
  const [type, subject] = [JSON.stringify(event.type), JSON.stringify(event.subject)];
  const timestamp = event.occurredAt.toISOString();
  return `{"id":"${event.id}","type":${type},"timestamp":"${timestamp}","subject":${subject},"data":${canonicalJson(event.data)}}`;
}
