import { describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { readTraceContext, traceHeadersOf } from '../index.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${spanId}-01`;

describe('a traceparent', () => {
  it('names the trace, the parent and the decision', () => {
    expect(readTraceContext({ traceparent })).toEqual({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(readTraceContext({ traceparent: `00-${traceId}-${spanId}-00` })?.traceFlags).toBe(0);
  });

  it('of a later version may have more to say', () => {
    expect(readTraceContext({ traceparent: `cc-${traceId}-${spanId}-01` })?.traceId).toBe(traceId);
    expect(readTraceContext({ traceparent: `cc-${traceId}-${spanId}-01-what-comes-then` })?.traceId).toBe(traceId);
  });

  it.each([
    '',
    'x',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-1`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}-01.`,
    `cc-${traceId}-${spanId}-01.more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.slice(1)}-${spanId}-01`,
    `00-${traceId}-${spanId}-zz`,
    ` ${traceparent}`,
    `${traceparent}, ${traceparent}`,
    `0-${traceId}-${spanId}-01`,
    "00-'; drop table job; --",
  ])('that is none counts as none: %s', (wrong) => {
    expect(readTraceContext({ traceparent: wrong, tracestate: 'a=1' })).toBeUndefined();
  });

  it('is handed on as it came, with its tracestate', () => {
    const context = readTraceContext({ traceparent, tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7' });
    expect(traceHeadersOf(trace.wrapSpanContext(context!))).toEqual({
      traceparent,
      tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7',
    });
  });

  it.each(['a=1, b=2', 'a=1,,b=2', '1a=2,b=3'])('is handed on with its tracestate as it came: %s', (tracestate) => {
    expect(traceHeadersOf(trace.wrapSpanContext(readTraceContext({ traceparent, tracestate })!))).toEqual({
      traceparent,
      tracestate,
    });
  });

  it.each([
    '',
    ' , ',
    '=,=',
    'a',
    'A=1',
    'a=1,B=2',
    'a=1;\u00e9',
    'a=',
    `a=${'x'.repeat(600)}`,
    Array.from({ length: 33 }, (_, n) => `a${n}=1`).join(),
  ])('is handed on without a tracestate that is none: %s', (tracestate) => {
    expect(traceHeadersOf(trace.wrapSpanContext(readTraceContext({ traceparent, tracestate })!))).toEqual({
      traceparent,
    });
  });

  it('has a tracestate that can be asked', () => {
    const { traceState } = readTraceContext({ traceparent, tracestate: 'a=1, fw529a3039@dt=FfAaX,b=2' })!;
    expect([traceState?.get('fw529a3039@dt'), traceState?.get('b'), traceState?.get('c')]).toEqual([
      'FfAaX',
      '2',
      undefined,
    ]);
  });
});
