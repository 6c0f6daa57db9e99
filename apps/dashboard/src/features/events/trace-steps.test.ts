import type { Trace } from '@mortise/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceSteps } from './trace-steps.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
const at = (ms: number) => new Date(start + ms).toISOString();
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

const request = (ms: number) =>
  ({
    id: `aud_${ms}`,
    action: 'sync.run_requested',
    actor: { kind: 'user', id: null, name: 'Ada' },
    subject: null,
    details: {},
    traceId,
    at: at(ms),
  }) as const;
const run = (from: number, to: number | null) =>
  ({
    id: `run_${from}`,
    startedAt: at(from),
    requestedAt: at(from),
    finishedAt: to === null ? null : at(to),
  }) as Trace['runs'][number];
const event = (id: string, ms: number) =>
  ({ id, type: 'contact.updated', occurredAt: at(ms) }) as Trace['events']['first'][number];
const delivery = (id: string, eventId: string, ms: number, attempts: readonly number[]) =>
  ({
    id,
    eventId,
    createdAt: at(ms),
    deliveredAt: null,
    log: attempts.map((startMs, number) => ({ number: number + 1, startedAt: at(startMs), durationMs: 40 })),
  }) as unknown as Trace['deliveries']['first'][number];
const trace = (parts: {
  requests?: Trace['requests'];
  runs?: Trace['runs'];
  events?: Trace['events']['first'];
  deliveries?: Trace['deliveries']['first'];
}): Trace => ({
  traceId,
  startedAt: at(0),
  requests: parts.requests ?? [],
  runs: parts.runs ?? [],
  events: { count: parts.events?.length ?? 0, first: parts.events ?? [] },
  deliveries: { count: parts.deliveries?.length ?? 0, first: parts.deliveries ?? [] },
});

describe('traceSteps', () => {
  it('hangs each attempt below its delivery, each delivery below its event, events below what led to them', () => {
    const line = traceSteps(
      trace({
        requests: [request(0)],
        runs: [run(20, 900)],
        events: [event('evt_b', 500), event('evt_a', 400)],
        deliveries: [delivery('dlv_1', 'evt_b', 510, [2000, 520]), delivery('dlv_2', 'evt_a', 410, [420])],
      }),
    );
    expect(
      line.steps.map((step) => `${'.'.repeat(step.depth)}${step.kind} ${step.id} +${step.offsetMs}`),
    ).toEqual([
      'request aud_0 +0',
      'run run_20 +20',
      '.event evt_a +400',
      '..delivery dlv_2 +410',
      '...attempt dlv_2.1 +420',
      '.event evt_b +500',
      '..delivery dlv_1 +510',
      '...attempt dlv_1.2 +520',
      '...attempt dlv_1.1 +2000',
    ]);
    expect(line.totalMs).toBe(2040);
  });

  it('leaves out no delivery, even one whose event is not among those given', () => {
    const line = traceSteps(
      trace({ events: [event('evt_a', 0)], deliveries: [delivery('dlv_1', 'evt_z', 5, [])] }),
    );
    expect(line.steps.map((step) => step.id)).toEqual(['evt_a', 'dlv_1']);
  });

  it('gives a run that goes on no duration', () => {
    expect(traceSteps(trace({ runs: [run(0, null)] })).steps[0]).toMatchObject({ durationMs: null });
  });

  it('is empty for an empty trace', () => {
    expect(traceSteps(trace({}))).toEqual({ steps: [], totalMs: 0 });
  });

  it('shows everything once, nothing before the start and nothing after the end', () => {
    const moments = fc.array(fc.nat(100_000), { maxLength: 8 });
    fc.assert(
      fc.property(moments, moments, moments, (requests, events, deliveries) => {
        const line = traceSteps(
          trace({
            requests: requests.map(request),
            events: events.map((ms, n) => event(`evt_${n}`, ms)),
            deliveries: deliveries.map((ms, n) => delivery(`dlv_${n}`, `evt_${n}`, ms, [ms + 3])),
          }),
        );
        expect(line.steps).toHaveLength(requests.length + events.length + deliveries.length * 2);
        for (const step of line.steps) {
          expect(step.offsetMs).toBeGreaterThanOrEqual(0);
          expect(step.offsetMs + (step.durationMs ?? 0)).toBeLessThanOrEqual(line.totalMs);
        }
      }),
    );
  });
});
