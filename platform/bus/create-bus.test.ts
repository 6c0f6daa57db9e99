import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import pg from 'pg';
import { describe, expect, inject, it, vi } from 'vitest';
import { createLogger } from '../telemetry/index.ts';
import { busConformance } from './conformance.ts';
import { createBus } from './create-bus.ts';
import { type BusMessage, resyncKind } from './port.ts';

const connectionString = inject('databaseUrl');
const logger = createLogger({ level: 'silent' });

describe('LISTEN and NOTIFY', () => {
  busConformance({
    open: async (channel) => {
      const bus = createBus({ connectionString, channel, logger });
      await bus.ready();
      return bus;
    },
    cutConnections: async () => {
      const admin = new pg.Client({ connectionString });
      await admin.connect();
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen "bus-${process.pid}-%'`,
      );
      await admin.end();
    },
  });

  it('keeps trying while PostgreSQL is away, keeps what is published, and past a bound only that much changed', async () => {
    const target = new URL(connectionString);
    const sockets = new Set<Socket>();
    let open = true;
    const gate = createServer((socket) => {
      if (!open) return void socket.destroy();
      const upstream = connect(Number(target.port === '' ? 5432 : target.port), target.hostname);
      for (const side of [socket, upstream]) side.on('error', () => undefined);
      sockets.add(socket.pipe(upstream)).add(upstream.pipe(socket));
    });
    gate.listen(0, '127.0.0.1');
    await once(gate, 'listening');
    const throughGate = new URL(connectionString);
    throughGate.hostname = '127.0.0.1';
    throughGate.port = String((gate.address() as AddressInfo).port);

    const channel = `bus-gate-${process.pid}`;
    const away = createBus({ connectionString: throughGate.href, channel, logger });
    const steady = createBus({ connectionString, channel, logger });
    await Promise.all([away.ready(), steady.ready()]);
    const heard: BusMessage[] = [];
    const ownHeard: BusMessage[] = [];
    steady.subscribe((message) => void heard.push(message));
    away.subscribe((message) => void ownHeard.push(message));

    const outage = async (publish: () => void): Promise<void> => {
      open = false;
      for (const socket of sockets) socket.destroy();
      publish();
      steady.publish({ kind: 'missed' });
      open = true;
      await vi.waitFor(() => expect(ownHeard).toContainEqual({ kind: resyncKind }), { timeout: 10_000 });
    };
    await outage(() => away.publish({ kind: 'kept' }));
    await vi.waitFor(() => expect(heard).toContainEqual({ kind: 'kept' }));

    heard.length = 0;
    ownHeard.length = 0;
    await outage(() => {
      for (let index = 0; index <= 5_000; index += 1) away.publish({ kind: 'many', index });
    });
    await vi.waitFor(() => expect(heard).toContainEqual({ kind: resyncKind }));
    expect(heard.filter((message) => message.kind === 'many')).toHaveLength(0);

    await away.close();
    await steady.close();
    gate.close();
  });
});
