import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, Draft, Publication } from './publication.ts';
import { Publisher, type PublisherLimits } from './publisher.ts';

const limits: PublisherLimits = { events: 100, bytes: 10_000, groupEvents: 20, groupBytes: 10_000 };

/** A publisher whose commits end when they are told to. */
function blocked(given: Partial<PublisherLimits> = {}, isOverloaded = (_tenantId: string) => false) {
  const groups: Publication[][] = [];
  const ends: (() => void)[] = [];
  const publisher = new Publisher({
    limits: { ...limits, ...given },
    isOverloaded,
    write: async (group) => {
      groups.push([...group]);
      await new Promise<void>((resolve) => ends.push(resolve));
      return group.map((): Answer => ({ events: [], replayed: false }));
    },
  });
  /** Lets everything end, however many commits it takes. */
  async function finish(): Promise<void> {
    let over = false;
    const stopped = publisher.stop().then(() => (over = true));
    while (!over) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stopped;
  }
  return { publisher, groups, ends, finish };
}

const of = (tenantId: string, events = 1, size = 10): Publication => ({
  tenantId,
  drafts: Array.from({ length: events }, () => ({}) as Draft),
  size,
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

let finish: (() => Promise<void>) | undefined;
afterEach(() => finish?.());

describe('commits', () => {
  it('a request has its own at once, and another beside it; what comes while two run shares the next, in turns of the tenants', async () => {
    const rig = blocked({ groupEvents: 6 });
    ({ finish } = rig);
    const answers = [rig.publisher.publish(of('a'))];
    await turn();
    expect(rig.groups.map((group) => group.length)).toEqual([1]);
    answers.push(rig.publisher.publish(of('a')), rig.publisher.publish(of('a')));
    await turn();
    expect(rig.groups.map((group) => group.length)).toEqual([1, 2]);
    for (let n = 0; n < 5; n++) answers.push(rig.publisher.publish(of('a')));
    for (const tenant of ['b', 'c']) answers.push(rig.publisher.publish(of(tenant)));
    await turn();
    expect(rig.groups).toHaveLength(2);
    rig.ends.shift()?.();
    await turn();
    expect(rig.groups[2]?.map(({ tenantId }) => tenantId)).toEqual(['a', 'b', 'c', 'a', 'a', 'a']);
    await rig.finish();
    await Promise.all(answers);
    expect(rig.groups.map((group) => group.length)).toEqual([1, 2, 6, 1]);
  });

  it('one that fails as a whole fails those in it, and the next comes', async () => {
    let failing = true;
    const publisher = new Publisher({
      isOverloaded: () => false,
      write: async (group) => {
        if (failing) throw new Error('no');
        return group.map((): Answer => ({ events: [], replayed: false }));
      },
    });
    await expect(publisher.publish(of('a'))).rejects.toThrow('no');
    failing = false;
    await publisher.publish(of('a'));
    await publisher.stop();
    await expect(publisher.publish(of('a'))).rejects.toMatchObject({ code: 'not_ready' });
  });
});

describe('the bound', () => {
  it('one tenant’s flood is refused at half of it, and another still gets in', async () => {
    const rig = blocked();
    ({ finish } = rig);
    const outcomes = Array.from({ length: 200 }, () =>
      rig.publisher.publish(of('flood')).then(
        () => 'taken',
        (error: { code: string; retryAfterSeconds: number }) => `${error.code} ${error.retryAfterSeconds}`,
      ),
    );
    expect(rig.publisher.size).toBe(50);
    const other = rig.publisher.publish(of('other'));
    await rig.finish();
    await other;
    const counts = Object.groupBy(await Promise.all(outcomes), (outcome) => outcome);
    expect([counts.taken?.length, counts['overloaded 1']?.length]).toEqual([50, 150]);
  });

  it('what waits to be sent for a tenant refuses that tenant’s and nobody else’s', async () => {
    const rig = blocked({}, (tenantId) => tenantId === 'slow');
    ({ finish } = rig);
    await expect(rig.publisher.publish(of('slow'))).rejects.toMatchObject({ code: 'overloaded' });
    const other = rig.publisher.publish(of('other'));
    await rig.finish();
    await other;
  });

  it('is never passed, in events or bytes, and a tenant with nothing gets in while any is free', async () => {
    const request = fc.record({
      tenant: fc.constantFrom('a', 'b', 'c', 'd'),
      events: fc.integer({ min: 1, max: 20 }),
      size: fc.integer({ min: 1, max: 3_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 80 }), async (requests) => {
        const rig = blocked();
        const held = new Map<string, number>();
        let [events, bytes] = [0, 0];
        const all: Promise<unknown>[] = [];
        for (const one of requests) {
          const before = rig.publisher.size;
          all.push(rig.publisher.publish(of(one.tenant, one.events, one.size)).catch(() => {}));
          const isTaken = rig.publisher.size > before;
          const fits = events + one.events <= limits.events && bytes + one.size <= limits.bytes;
          if (!held.has(one.tenant)) expect(isTaken).toBe(fits);
          if (!isTaken) continue;
          held.set(one.tenant, (held.get(one.tenant) ?? 0) + one.events);
          events += one.events;
          bytes += one.size;
          expect([events <= limits.events, bytes <= limits.bytes]).toEqual([true, true]);
        }
        await rig.finish();
        await Promise.all(all);
        expect(rig.publisher.size).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
