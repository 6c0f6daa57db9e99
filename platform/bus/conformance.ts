import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Bus, type BusMessage, resyncKind } from './port.ts';

export interface BusHarness {
  /** A bus as another process would hold it, ready. */
  open(channel: string): Promise<Bus>;
  /** Cuts every connection that buses hold now. */
  cutConnections(): Promise<void>;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

/** What every bus driver must do. Called inside a test file of the driver. */
export function busConformance(harness: BusHarness): void {
  const opened: Bus[] = [];
  let channels = 0;

  async function open(channel: string): Promise<{ bus: Bus; heard: BusMessage[] }> {
    const bus = await harness.open(channel);
    opened.push(bus);
    const heard: BusMessage[] = [];
    bus.subscribe((message) => void heard.push(message));
    return { bus, heard };
  }
  const newChannel = (): string => `bus-${process.pid}-${(channels += 1)}`;

  afterEach(async () => {
    for (const bus of opened.splice(0)) await bus.close();
  });

  describe('a bus', () => {
    it('tells every other process, with the fields unchanged', async () => {
      const channel = newChannel();
      const [a, b, c] = [await open(channel), await open(channel), await open(channel)];
      const message = {
        kind: 'sync.moved',
        tenantId: 't1',
        run: 'run_1',
        rows: 7,
        done: false,
        next: null,
        text: 'ü"\\',
      };
      a.bus.publish(message);
      await until(() => expect([b.heard, c.heard]).toEqual([[message], [message]]));
    });

    it('tells its own subscribers at once, and not again when the message comes round', async () => {
      const channel = newChannel();
      const [a, b] = [await open(channel), await open(channel)];
      a.bus.publish({ kind: 'mine' });
      expect(a.heard).toEqual([{ kind: 'mine' }]);
      await until(() => expect(b.heard).toHaveLength(1));
      b.bus.publish({ kind: 'theirs' });
      await until(() => expect(a.heard).toHaveLength(2));
      expect(a.heard.map((message) => message.kind)).toEqual(['mine', 'theirs']);
    });

    it('sends equal messages of one moment once, whatever the order of their fields', async () => {
      const channel = newChannel();
      const [a, b] = [await open(channel), await open(channel)];
      for (let index = 0; index < 100; index += 1) {
        a.bus.publish(index % 2 === 0 ? { kind: 'k', tenantId: 't' } : { tenantId: 't', kind: 'k' });
      }
      a.bus.publish({ kind: 'end' });
      await until(() => expect(b.heard.at(-1)).toEqual({ kind: 'end' }));
      expect(b.heard).toHaveLength(2);
      expect(a.heard).toHaveLength(101);
    });

    it('carries any number of messages, in order', async () => {
      const channel = newChannel();
      const [a, b] = [await open(channel), await open(channel)];
      const sent = Array.from({ length: 600 }, (_, index) => ({ kind: 'k', index, pad: 'é'.repeat(index) }));
      for (const message of sent) a.bus.publish(message);
      await until(() => expect(b.heard).toHaveLength(600));
      expect(b.heard).toEqual(sent);
    });

    it('refuses a message that is content and not a hint', async () => {
      const { bus, heard } = await open(newChannel());
      expect(() => bus.publish({ kind: 'k', text: 'x'.repeat(9_000) })).toThrow(TypeError);
      expect(heard).toEqual([]);
    });

    it('keeps channels apart', async () => {
      const [a, b] = [await open(newChannel()), await open(newChannel())];
      a.bus.publish({ kind: 'here' });
      b.bus.publish({ kind: 'there' });
      const other = await open(newChannel());
      other.bus.publish({ kind: 'end' });
      await other.bus.close();
      expect(b.heard).toEqual([{ kind: 'there' }]);
    });

    it('spares one subscriber from what another throws, and stops telling those who left', async () => {
      const { bus, heard } = await open(newChannel());
      const late: BusMessage[] = [];
      bus.subscribe(() => {
        throw new Error('This subscriber fails on purpose.');
      });
      const leave = bus.subscribe((message) => void late.push(message));
      bus.publish({ kind: 'one' });
      leave();
      bus.publish({ kind: 'two' });
      expect(heard).toHaveLength(2);
      expect(late).toEqual([{ kind: 'one' }]);
    });

    it('says so after a gap, goes on, and sends what was published meanwhile', async () => {
      const channel = newChannel();
      const [a, b] = [await open(channel), await open(channel)];
      await harness.cutConnections();
      const resynced = (heard: BusMessage[]): void => expect(heard).toContainEqual({ kind: resyncKind });
      await until(() => resynced(b.heard));
      a.bus.publish({ kind: 'meanwhile' });
      await until(() => resynced(a.heard));
      await until(() => expect(b.heard.at(-1)).toEqual({ kind: 'meanwhile' }));
      expect(a.heard.filter((message) => message.kind === 'meanwhile')).toHaveLength(1);
    });

    it('sends what waits before it closes', async () => {
      const channel = newChannel();
      const [a, b] = [await open(channel), await open(channel)];
      a.bus.publish({ kind: 'last words' });
      await a.bus.close();
      await until(() => expect(b.heard).toEqual([{ kind: 'last words' }]));
    });
  });
}
