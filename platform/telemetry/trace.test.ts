import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continueTrace, formatTraceparent, newSpanId, newTraceId, parseTraceparent } from './trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('traceparent', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.boolean(), (sampled) => {
        const context = { traceId: newTraceId(), spanId: newSpanId(), sampled };
        expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
      }),
    );
  });

  it('is read from the standard’s own example', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true });
  });

  it('is read from a later version by the parts known today', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-03-what-comes`)).toEqual({
      traceId,
      spanId,
      sampled: true,
    });
  });

  it.each([
    undefined,
    '',
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-1`,
    `0-${traceId}-${spanId}-01`,
    `cc-${traceId}-${spanId}-01.x`,
  ])('that breaks the rules is as good as none: %s', (header) =>
    expect(parseTraceparent(header)).toBeUndefined(),
  );

  it('is continued under a new step, or begun', () => {
    const next = continueTrace(`00-${traceId}-${spanId}-00`);
    expect(next).toMatchObject({ traceId, sampled: false });
    expect(next.spanId).not.toBe(spanId);
    expect(continueTrace('nonsense').traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
  });
});
