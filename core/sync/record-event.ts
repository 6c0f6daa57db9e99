import type { NewEvent } from '../events/index.ts';
import { publicId } from '../kernel/index.ts';

/** What every event of one run's records shares. */
export interface EventSource {
  provider: string;
  /** Public. */
  connectionId: string;
  resource: string;
  eventPrefix: string;
}

/** `contact.created`, `contact.updated` or `contact.deleted`, with the record as it is then held. */
export function recordEvent(
  source: EventSource,
  verb: 'created' | 'updated' | 'deleted',
  record: { id: string; externalId: string; title: string; data: unknown },
  more: { changed?: string[]; restored?: true } = {},
): NewEvent {
  const id = publicId('record', record.id);
  const { externalId, title, data } = record;
  return {
    type: `${source.eventPrefix}.${verb}`,
    subject: id,
    data: {
      record: { id, externalId, resource: source.resource, connectionId: source.connectionId, title, data },
      ...more,
      provider: source.provider,
    },
  };
}
