import { randomUUID } from 'node:crypto';
import type { Logger } from '../telemetry/index.ts';
import { openListeningConnection } from './listening-connection.ts';
import { Outbox } from './outbox.ts';
import { type Bus, type BusMessage, resyncKind, type Subscriber } from './port.ts';

export interface BusOptions {
  /** Any login of the database: LISTEN and NOTIFY need no rights. A session, not a transaction pooler. */
  connectionString: string;
  /** Processes of one channel hear one another. */
  channel: string;
  logger: Pick<Logger, 'debug' | 'warn' | 'error'>;
  /** How long messages gather before they are sent; default 25 ms. */
  flushEveryMs?: number;
}

const mostWaiting = 5_000;
const retryAfterMs = 1_000;

/** The driver on PostgreSQL's LISTEN and NOTIFY, over one connection of its own. */
export function createBus(options: BusOptions): Bus {
  const { logger, flushEveryMs = 25 } = options;
  const origin = randomUUID();
  const outbox = new Outbox(mostWaiting);
  const subscribers = new Set<Subscriber>();
  const ready = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;
  let closed = false;

  const connection = openListeningConnection({
    ...options,
    onPayload(payload) {
      const envelope = JSON.parse(payload) as { origin: string; messages: BusMessage[] };
      if (envelope.origin !== origin) for (const message of envelope.messages) deliver(message);
    },
    onListening(again) {
      ready.resolve();
      if (again) deliver({ kind: resyncKind });
      if (outbox.size > 0) void flush();
    },
  });

  function deliver(message: BusMessage): void {
    for (const subscriber of subscribers) {
      try {
        subscriber(message);
      } catch (error) {
        logger.error({ err: error, kind: message.kind }, 'A subscriber of the bus failed');
      }
    }
  }

  function schedule(delayMs = flushEveryMs): void {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, delayMs);
  }

  /** One batch at a time, so that messages keep their order. */
  async function flush(): Promise<void> {
    while (flushing !== undefined) await flushing;
    if (outbox.size === 0) return;
    flushing = send(outbox.take(origin)).finally(() => (flushing = undefined));
    await flushing;
  }

  async function send(payloads: readonly string[]): Promise<void> {
    try {
      await connection.notify(payloads);
    } catch (error) {
      logger.debug({ err: error }, 'Hints could not be sent yet');
      keepFor(payloads);
      schedule(retryAfterMs);
    }
  }

  /** What was not sent waits for the next connection, ahead of what came since. */
  function keepFor(payloads: readonly string[]): void {
    const later = outbox.take(origin);
    for (const payload of [...payloads, ...later]) {
      for (const message of (JSON.parse(payload) as { messages: BusMessage[] }).messages) keep(message);
    }
  }

  function keep(message: BusMessage): void {
    if (outbox.add(message)) return;
    // More than can be kept: one word that everything may have changed stands for all of it.
    outbox.clear();
    outbox.add({ kind: resyncKind });
  }

  return {
    publish(message) {
      keep(message);
      schedule();
      deliver(message);
    },
    subscribe(subscriber) {
      const own: Subscriber = (message) => subscriber(message);
      subscribers.add(own);
      return () => void subscribers.delete(own);
    },
    ready: () => ready.promise,
    async close() {
      closed = true;
      clearTimeout(timer);
      await flush();
      subscribers.clear();
      await connection.close();
    },
  };
}
