import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type SpanContext,
  type SpanKind,
} from '@opentelemetry/api';
import { Failure, failures, type FailureCode } from '@refundry/errors';
import { readTraceContext, traceHeadersOf, type TraceHeaders } from './trace-context.js';

/** A piece of a request's work. Its attributes are OpenTelemetry's, and hold no credential, query, body or person. */
export interface SpanDescription {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: Attributes;
}

const tracer = trace.getTracer('refundry');
/** Set while a request that is traced is worked on, and for nobody else: then asking costs next to nothing. */
const current = new AsyncLocalStorage<Span>();

/** The span of what runs now, where that is part of a trace. */
export const currentSpan = (): Span | undefined => current.getStore();

/** Begins a span that belongs to no other of this process. */
export const beginSpan = ({ name, ...options }: SpanDescription, parent?: SpanContext): Span =>
  tracer.startSpan(name, options, parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT);

/** Runs `work` within the span. */
export const within = <T>(span: Span, work: () => T): T => current.run(span, work);

/** Does work as a span of the trace that it belongs to; where there is none, only the work. */
export function traced<T>(describe: () => SpanDescription, work: () => Promise<T>): Promise<T> {
  const parent = current.getStore();
  if (!parent) return work();
  const { name, ...options } = describe();
  return asSpan(tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent)), work);
}

/** Does work as a span of a trace that another process says it belongs to; where it says nothing, only the work. */
export function continued<T>(
  headers: TraceHeaders,
  describe: () => SpanDescription,
  work: () => Promise<T>,
): Promise<T> {
  const parent = headers.traceparent === undefined ? undefined : readTraceContext(headers);
  return parent ? asSpan(beginSpan(describe(), parent), work) : work();
}

/** The headers for callees that continue the current span; nothing where that is no part of a trace. */
export function currentTraceHeaders(): TraceHeaders {
  const span = current.getStore();
  return span ? traceHeadersOf(span) : {};
}

/**
 * A comment that tells PostgreSQL and its operators which trace a statement belongs to, as sqlcommenter writes it;
 * nothing without a trace. It makes the statement another one, which must not be prepared under the name of the one it
 * was.
 */
export function traceComment(): string {
  const span = current.getStore();
  return span ? ` /*traceparent='${traceHeadersOf(span).traceparent ?? ''}'*/` : '';
}

/** Says of what runs now, where that is part of a trace, that it failed. */
export function noteFailure(code: FailureCode): void {
  const span = current.getStore();
  if (span) note(span, code);
}

async function asSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await current.run(span, work);
  } catch (error) {
    if (error instanceof Failure) note(span, error.code);
    else
      span
        .setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
        .setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** By the code alone: the text of an error may hold what is nobody's business. */
function note(span: Span, code: FailureCode): void {
  span.setAttribute('error.type', code);
  if (failures[code].status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}
