import { maxEventsABatch, publishEvents, type PublishedEvent, type PublishInput } from '@mortise/contract';
import type { Client } from './client.ts';
import { MortiseError } from './error.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { nextDelayMs, pause, type RetryPolicy } from './retry.ts';

/** Longer than for other calls: whoever publishes has nobody waiting in front of a screen. */
const patient: RetryPolicy = { tries: 10, firstDelayMs: 200, maxDelayMs: 30_000 };

/** Of a batch as JSON; the server takes a body of 1 MiB. */
const mostBytes = 900 * 1024;

export interface PublishOptions {
  signal?: AbortSignal | undefined;
  retry?: RetryPolicy | undefined;
}

/**
 * Publishes events for the client's tenant, in their order, each once: an event without an id is given one, and what
 * was told to come later (429, 503) or lost its answer is sent again under the same ids.
 *
 * @returns the answer to each event, in their order
 * @throws MortiseError for what cannot be published, or when it was tried often enough. Batches before the one at
 *   fault are published; with ids of your own, all of it may be sent again.
 */
export async function publish(
  client: Client,
  events: readonly PublishInput[],
  options: PublishOptions = {},
): Promise<PublishedEvent[]> {
  const published: PublishedEvent[] = [];
  const named = events.map((event) => ({ ...event, id: event.id ?? idempotencyKey() }));
  for (const batch of batchesOf(named)) published.push(...(await publishBatch(client, batch, options)));
  return published;
}

async function publishBatch(
  client: Client,
  events: PublishInput[],
  { signal, retry = patient }: PublishOptions,
): Promise<PublishedEvent[]> {
  for (let tried = 1; ; tried += 1) {
    try {
      const { data } = await client.call(publishEvents, { body: { events } }, { signal });
      return data;
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      const delayMs = nextDelayMs(error, tried, retry);
      if (delayMs === undefined) throw error;
      await pause(delayMs, signal);
    }
  }
}

function batchesOf(events: readonly PublishInput[]): PublishInput[][] {
  const batches: PublishInput[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = new TextEncoder().encode(JSON.stringify(event)).length + 1;
    const last = batches.at(-1);
    if (last === undefined || last.length === maxEventsABatch || bytes + size > mostBytes) {
      batches.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return batches;
}
