import { canonicalJson } from '../kernel/index.ts';

/** What of an event is sent. */
export interface EventContent {
  /** Public. */
  id: string;
  type: string;
  subject: string | null;
  occurredAt: Date;
  data: object;
}

/**
 * The body of an event: Standard Webhooks' `type`, `timestamp` and `data`, with the event's id and subject. Made from
 * the log's row it is the same to the byte as made from the event at hand, so it needs no storage of its own and
 * every attempt sends, and the log shows, the same.
 */
export function buildBody(event: EventContent): string {
  const head = JSON.stringify({
    id: event.id,
    type: event.type,
    timestamp: event.occurredAt.toISOString(),
    subject: event.subject,
  });
  // Through JSON once, as the database does: dates become text and what is undefined goes away.
  const data: unknown = JSON.parse(JSON.stringify(event.data));
  return `${head.slice(0, -1)},"data":${canonicalJson(data)}}`;
}
