import type { Span, SpanContext } from '@opentelemetry/api';
import { ForeignTraceState } from './foreign-trace-state.js';

/** The trace headers of a request between processes (W3C Trace Context). */
export interface TraceHeaders {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const traceparentForm = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const noTrace = /^0+$/;
/** A version that will never be. */
const invalidVersion = 'ff';

/**
 * The parent of a trace, or undefined if it is missing or malformed (§3.2); then nothing of it counts. A later version
 * may say more behind what we know.
 */
export function readTraceContext({ traceparent = '', tracestate }: TraceHeaders): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = traceparentForm.exec(traceparent) ?? [];
  if (version === undefined || version === invalidVersion || (version === '00' && more !== undefined)) return undefined;
  if (noTrace.test(traceId) || noTrace.test(spanId)) return undefined;
  const traceState = tracestate === undefined ? undefined : ForeignTraceState.read(tracestate);
  return { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true, ...(traceState && { traceState }) };
}

/** The trace headers for a span's children in other processes. */
export function traceHeadersOf(span: Span): TraceHeaders {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const tracestate = traceState?.serialize();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(tracestate && { tracestate }),
  };
}
