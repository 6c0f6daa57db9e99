import type { Provider, ProviderEvent, Withdrawal } from '@mortise/providers/kit';
import type { NewEvent } from '../events/index.ts';
import { publicId, traceIdOf } from '../kernel/index.ts';
import type { QueuedRow, StoredReceipt } from './queue-store.ts';
import { readBody } from './read-body.ts';
import type { SourceRow } from './source-store.ts';

/** The type of the event that a request becomes when its source names none. */
const usualEventType = 'request.received';

/** A receipt of which nothing can be made, however often it is tried. */
export class UnreadableError extends Error {
  constructor(cause: unknown) {
    super(`It cannot be read: ${cause instanceof Error ? cause.message.slice(0, 300) : String(cause)}`, {
      cause,
    });
    this.name = 'UnreadableError';
  }
}

/** One receipt with what its processing is about. */
export interface Work {
  row: QueuedRow;
  source: SourceRow;
  receipt: StoredReceipt;
  bytes: Uint8Array;
}

/** What of a receipt's events all say. */
function about({ row, source }: Work) {
  const receiptId = publicId('receipt', row.receipt_id);
  return {
    sourceId: publicId('source', source.id),
    receiptId,
    ...(row.replay ? { replayOf: receiptId } : {}),
  };
}

function eventOf(work: Work, event: Pick<NewEvent, 'type' | 'subject' | 'data' | 'occurredAt'>): NewEvent {
  const { row, source } = work;
  return { ...event, traceId: traceIdOf(row.trace_id), forward: source.forward };
}

/**
 * The event that a request to a source of nobody in particular becomes. The body stands under a name of its own: it may
 * be a list, and what it calls `receiptId` must not pass for ours. Pure.
 */
export function planRequest(work: Work): NewEvent {
  const { source, receipt, bytes } = work;
  const told = about(work);
  return eventOf(work, {
    type: source.event_type ?? usualEventType,
    subject: told.sourceId,
    data: { ...told, ...readBody(bytes, receipt.headers['content-type']) },
    occurredAt: receipt.received_at,
  });
}

/** What a provider's delivery tells. @throws UnreadableError */
export function readDelivery(
  provider: Provider,
  { receipt, bytes }: Work,
): { events: ProviderEvent[]; withdrawals: Withdrawal[] } {
  const { webhooks } = provider;
  if (webhooks === undefined) throw new UnreadableError(`${provider.name} has no webhooks`);
  try {
    return {
      events: webhooks.events(bytes, receipt.headers),
      withdrawals: webhooks.withdrawals?.(bytes, receipt.headers) ?? [],
    };
  } catch (error) {
    throw new UnreadableError(error);
  }
}

/**
 * The event that one happening at a provider becomes: `contact.changed`. What changed is not in it; where a sync covers
 * the resource, `contact.updated` follows with the record. Pure.
 *
 * @param connectionId of the account it is about, bare
 */
export function planHappening(
  work: Work,
  provider: Provider,
  event: ProviderEvent,
  connectionId: string | undefined,
): NewEvent {
  const { source } = work;
  const told = about(work);
  const { resource, externalId, kind, accountId = null } = event;
  const connection = connectionId === undefined ? null : publicId('connection', connectionId);
  return eventOf(work, {
    type: `${provider.resources[resource]?.eventPrefix ?? resource}.changed`,
    subject: connection ?? told.sourceId,
    data: {
      ...told,
      provider: provider.id,
      integrationId: source.integration_id === null ? null : publicId('integration', source.integration_id),
      connectionId: connection,
      accountId,
      resource,
      externalId,
      kind,
    },
    occurredAt: event.occurredAt,
  });
}
