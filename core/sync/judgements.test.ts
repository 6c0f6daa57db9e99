import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderCallError } from '../connections/caller.ts';
import { MortiseError } from '../kernel/index.ts';
import { chooseMode } from './choose-mode.ts';
import { judgeFailure } from './judge-failure.ts';
import { judgePage } from './judge-page.ts';
import { judgeSweep } from './judge-sweep.ts';
import { providerTime, safeWatermark } from './safe-watermark.ts';
import { nextOnGrid } from './schedule-syncs.ts';

describe('judgeSweep', () => {
  const figures = { held: 1_000, gone: 0, expected: null, fetched: 1_000, nameless: 0, confirmed: 0 };
  it.each([
    ['few are gone', { gone: 20, held: 20 }, 'delete'],
    ['less than half are gone', { gone: 500 }, 'delete'],
    ['more than half are gone', { gone: 501 }, 'refuse'],
    ['a person has confirmed as many', { gone: 501, confirmed: 501 }, 'delete'],
    ['a person has confirmed fewer', { gone: 502, confirmed: 501 }, 'refuse'],
    [
      'the provider gave far fewer than it said there are',
      { gone: 100, expected: 1_000, fetched: 880 },
      'refuse',
    ],
    ['the provider gave what it said', { gone: 100, expected: 900, fetched: 900 }, 'delete'],
    ['a record had no id', { gone: 1, nameless: 1 }, 'keep'],
    ['a record had no id and nothing is gone', { nameless: 1 }, 'delete'],
  ] as const)('when %s', (_when, given, kind) => {
    expect(judgeSweep({ ...figures, ...given }).kind).toBe(kind);
  });
});

describe('judgeFailure', () => {
  const call = (kind: 'rate_limited' | 'provider_error' | 'invalid' | 'forbidden', more = {}) =>
    new ProviderCallError({ kind, message: 'no', ...more });

  it('waits longer each time and gives up after five tries', () => {
    const waits = [1, 2, 3, 4, 5].map((failures) => {
      const verdict = judgeFailure(call('provider_error'), failures, { random: 1 });
      return verdict.kind === 'again' ? verdict.afterMs : verdict.kind;
    });
    expect(waits).toEqual([30_000, 120_000, 600_000, 1_800_000, 'final']);
  });
  it('waits no less than the provider asks for', () => {
    expect(judgeFailure(call('rate_limited', { retryAfterMs: 7_000_000 }), 1)).toMatchObject({
      afterMs: 7_000_000,
    });
  });
  it('ends at once for what a person has to mend', () => {
    expect(judgeFailure(call('forbidden'), 1)).toEqual({
      kind: 'final',
      reason: 'The provider does not allow this to the account: a permission or scope is missing.',
    });
    expect(judgeFailure(call('invalid'), 1)).toEqual({
      kind: 'final',
      reason: 'The provider refused the request. It said: no',
    });
    expect(judgeFailure(new MortiseError('feature_off', { detail: 'It is off' }), 1)).toEqual({
      kind: 'off',
      reason: 'It is off',
    });
    expect(judgeFailure(new MortiseError('needs_reconnect', { detail: 'Sign in again' }), 1)).toEqual({
      kind: 'final',
      reason: 'Sign in again',
    });
    const ended = new ProviderCallError(
      { kind: 'provider_error', message: 'gone' },
      { needsReconnect: true },
    );
    expect(judgeFailure(ended, 1).kind).toBe('final');
  });
  it('begins anew when a cursor from before is refused, and ends when a fresh one is', () => {
    expect(judgeFailure(call('invalid'), 1, { resumed: true })).toMatchObject({
      kind: 'again',
      fromStart: true,
    });
    expect(judgeFailure(call('invalid'), 1).kind).toBe('final');
  });
  it('takes what it does not know for something that passes', () => {
    expect(judgeFailure(new SyntaxError('no list'), 1)).toMatchObject({ kind: 'again', reason: 'no list' });
  });
});

describe('safeWatermark', () => {
  it('is never later than the start of the run, nor than an hour before it unless that was read, and never goes back', () => {
    const time = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-02-01'), noInvalidDate: true });
    fc.assert(
      fc.property(time, fc.option(time), fc.option(time), (startAt, newestAt, previous) => {
        const mark = safeWatermark(
          { startAt, ...(newestAt === null ? {} : { newestAt }) },
          previous,
        ).getTime();
        expect(mark).toBeLessThanOrEqual(startAt.getTime());
        const known = Math.max(
          newestAt?.getTime() ?? 0,
          previous?.getTime() ?? 0,
          startAt.getTime() - 3_600_000,
        );
        expect(mark).toBeLessThanOrEqual(known);
        if (previous !== null && previous <= startAt) expect(mark).toBeGreaterThanOrEqual(previous.getTime());
      }),
    );
  });
  it('reads the provider’s time off its Date header, less the time the call took', () => {
    expect(providerTime({ date: 'Thu, 01 Jan 2026 00:00:10 GMT' }, 4_000)).toEqual(
      new Date('2026-01-01T00:00:06Z'),
    );
    expect(providerTime({}, 4_000)).toBeUndefined();
    expect(providerTime({ date: 'soon' }, 4_000)).toBeUndefined();
  });
});

describe('chooseMode', () => {
  const now = new Date('2026-01-10');
  const about = {
    resource: { incremental: {} },
    trigger: 'schedule',
    watermark: now,
    fullAt: new Date('2026-01-09T12:00:00Z'),
    now,
  };
  it.each([
    ['it is the first', { watermark: null }, 'full'],
    ['changes cannot be asked for', { resource: {} }, 'full'],
    ['the last full one is recent', {}, 'incremental'],
    ['the last full one is a day old', { fullAt: new Date('2026-01-09') }, 'full'],
    [
      'it is a day old and deletions are listed',
      { fullAt: new Date('2026-01-09'), resource: { incremental: {}, deleted: {} } },
      'incremental',
    ],
    [
      'it is a week old and deletions are listed',
      { fullAt: new Date('2026-01-03'), resource: { incremental: {}, deleted: {} } },
      'full',
    ],
    ['a person asked for changes', { fullAt: new Date('2026-01-03'), trigger: 'manual' }, 'incremental'],
  ] as const)('when %s', (_when, given, mode) => {
    expect(chooseMode('incremental', { ...about, ...given })).toBe(mode);
  });
});

it('nextOnGrid is the first time after now on the grid of the due time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_080 }),
      fc.integer({ min: 0, max: 10 ** 10 }),
      (everyMinutes, lateMs) => {
        const due = new Date('2026-01-01T00:07:13Z');
        const now = new Date(due.getTime() + lateMs);
        const next = nextOnGrid(due, everyMinutes, now).getTime();
        expect(next).toBeGreaterThan(now.getTime());
        expect(next - everyMinutes * 60_000).toBeLessThanOrEqual(now.getTime());
        expect((next - due.getTime()) % (everyMinutes * 60_000)).toBe(0);
      },
    ),
  );
});

it('judgePage counts every candidate once and names the fields that differ', () => {
  const candidate = (externalId: string, fields: Record<string, unknown>) => ({
    externalId,
    title: externalId,
    subtitle: null,
    fields,
    json: '',
    hash: Buffer.alloc(0),
  });
  const page = [
    candidate('new', { a: 1 }),
    candidate('same', {}),
    candidate('other', { a: 1, b: 2, c: { y: 1, x: 1 } }),
    candidate('back', {}),
  ];
  const verdict = judgePage(
    page,
    [
      { place: 0, id: null, deleted: false, data: null },
      { place: 2, id: 'r2', deleted: false, data: { a: 1, b: 3, c: { x: 1, y: 1 }, d: null } },
      { place: 3, id: 'r3', deleted: true, data: {} },
    ],
    () => 'fresh',
  );
  expect(verdict).toMatchObject({ created: 1, updated: 1, restored: 1, unchanged: 1 });
  expect(verdict.changes.map(({ kind, id, changed }) => [kind, id, changed])).toEqual([
    ['created', 'fresh', []],
    ['updated', 'r2', ['b', 'd']],
    ['restored', 'r3', []],
  ]);
});
