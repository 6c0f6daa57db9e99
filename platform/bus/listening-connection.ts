import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../telemetry/index.ts';

export interface ListeningConnectionOptions {
  connectionString: string;
  channel: string;
  logger: Pick<Logger, 'debug' | 'warn'>;
  onPayload(payload: string): void;
  /** Called each time LISTEN is in force; `again` after a gap in which notifications were lost. */
  onListening(again: boolean): void;
}

/** One connection that listens and notifies, made anew for as long as it takes whenever it is lost. */
export interface ListeningConnection {
  /** @throws when there is no connection, or it is lost meanwhile. */
  notify(payloads: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const heartbeatEveryMs = 15_000;
const statementTimeoutMs = 5_000;

export function openListeningConnection(options: ListeningConnectionOptions): ListeningConnection {
  const { channel, logger } = options;
  const closed = new AbortController();
  let current: pg.Client | undefined;
  let listened = false;

  async function keep(): Promise<void> {
    for (let failures = 0; !closed.signal.aborted; failures += 1) {
      const client = new pg.Client({
        connectionString: options.connectionString,
        application_name: 'mortise bus',
        keepAlive: true,
        connectionTimeoutMillis: statementTimeoutMs,
        query_timeout: statementTimeoutMs,
      });
      const lost = Promise.withResolvers<void>();
      client.on('error', (error) => {
        logger.debug({ err: error }, 'The bus lost its connection');
        lost.resolve();
      });
      client.on('end', () => lost.resolve());
      client.on('notification', ({ payload }) => void (payload !== undefined && options.onPayload(payload)));
      const onClosed = (): void => lost.resolve();
      closed.signal.addEventListener('abort', onClosed, { once: true });
      // A peer that vanished without a word is found by asking; the answer's absence ends the connection.
      const heartbeat = setInterval(
        () => void client.query('select 1').catch(() => lost.resolve()),
        heartbeatEveryMs,
      );
      try {
        await client.connect();
        await client.query(`listen ${pg.escapeIdentifier(channel)}`);
        current = client;
        options.onListening(listened);
        listened = true;
        failures = 0;
        await lost.promise;
      } catch (error) {
        logger.warn({ err: error }, 'The bus cannot connect');
      } finally {
        clearInterval(heartbeat);
        closed.signal.removeEventListener('abort', onClosed);
        current = undefined;
        void client.end().catch(() => undefined);
      }
      const pauseMs = Math.min(10_000, 50 * 2 ** failures) * (0.5 + Math.random() / 2);
      if (!closed.signal.aborted)
        await wait(pauseMs, undefined, { signal: closed.signal }).catch(() => undefined);
    }
  }

  const keeping = keep();
  return {
    async notify(payloads) {
      if (current === undefined) throw new Error('The bus is not connected.');
      await current.query('select pg_notify($1, payload) from unnest($2::text[]) payload', [
        channel,
        payloads,
      ]);
    },
    async close() {
      closed.abort();
      await keeping;
    },
  };
}
