import type { IncomingHttpHeaders } from 'node:http';
import { SpanKind, SpanStatusCode, TraceFlags, type Span, type SpanContext } from '@opentelemetry/api';
import { beginSpan, readTraceContext, within } from '@refundry/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdmittedRequest } from './admitted-request.js';

const spans = new WeakMap<FastifyRequest, Span>();

export interface TraceOptions {
  /** Which share of the requests is traced, from 0 to 1. */
  readonly ratio: number;
  /** Whether everything is traced that a caller wants to be. */
  readonly trustsCallers: boolean;
}

/**
 * Traces some of the requests, as parts of their callers' traces where these say so (W3C Trace Context). A request that
 * its caller doesn't trace isn't traced; one that it does is still drawn by lot, unless callers are trusted, and not by
 * the id of the trace, which the caller chose.
 */
export function traceRequests(fastify: FastifyInstance, options: TraceOptions): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const caller = callerOf(request.headers);
    if (!isSampled(caller, options)) {
      done();
      return;
    }
    const span = beginSpan(
      {
        name: request.method,
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': request.method, 'refundry.request_id': request.id },
      },
      caller,
    );
    spans.set(request, span);
    // It comes even when the client has left without its answer.
    reply.raw.once('close', () => {
      end(span, request as AdmittedRequest, reply);
    });
    within(span, done);
  });
}

/** The trace that a request is part of, where it is part of one. */
export const traceIdOf = (request: FastifyRequest): string | undefined => spans.get(request)?.spanContext().traceId;

const callerOf = ({ traceparent, tracestate }: IncomingHttpHeaders): SpanContext | undefined =>
  typeof traceparent === 'string'
    ? readTraceContext({ traceparent, ...(typeof tracestate === 'string' && { tracestate }) })
    : undefined;

function isSampled(caller: SpanContext | undefined, { ratio, trustsCallers }: TraceOptions): boolean {
  if (caller && (caller.traceFlags & TraceFlags.SAMPLED) === 0) return false;
  return (caller !== undefined && trustsCallers) || Math.random() < ratio;
}

function end(span: Span, { method, mount, routeOptions }: AdmittedRequest, { statusCode, raw }: FastifyReply): void {
  const { url } = routeOptions;
  if (url !== undefined) span.updateName(`${method} ${url}`).setAttribute('http.route', url);
  if (mount) span.setAttribute('refundry.family', mount.family);
  if (raw.headersSent) span.setAttribute('http.response.status_code', statusCode);
  if (!raw.writableFinished) span.setAttribute('error.type', 'left');
  else if (statusCode >= 500)
    span.setAttribute('error.type', String(statusCode)).setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
