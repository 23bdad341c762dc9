import type { IncomingMessage } from 'node:http';
import { redactPath } from '@refundry/auth';
import { cutText, type Log, type Metrics } from '@refundry/observability';
import type { FastifyInstance } from 'fastify';
import { splitUrl } from '../addresses/request-target.js';
import type { AdmittedRequest } from './admitted-request.js';
import { AnonymousLines } from './anonymous-lines.js';
import { traceIdOf } from './request-traces.js';

/** Every other method counts as one, so that nobody makes more of them. */
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** Room for every key that leads to a row. */
const maxPath = 2048;
/** Of a request that no account stands for: all our own paths are shorter. */
const maxAnonymousPath = 256;

interface AccessLogOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** The address that a request is counted by. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/**
 * A measurement for every answer, and a line, of which those without an account are limited in number and length.
 * Queries stay out of it: they may hold people's data.
 */
export function recordRequests(fastify: FastifyInstance, { log, metrics, addressOf }: AccessLogOptions): void {
  // Nothing in the line is named as a secret, and looking for one costs a third of the line.
  const lines = log.child({}, { redact: [] });
  const anonymousLines = new AnonymousLines(lines);
  const latency = metrics.latency('http_request_seconds', 'Requests answered over HTTP', [
    'family',
    'method',
    'route',
    'status',
  ]);
  countInFlight(fastify, metrics);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id, raw, account, mount } = request as AdmittedRequest;
    const seconds = reply.elapsedTime / 1000;
    latency(
      mount?.family ?? 'none',
      methods.has(method) ? method : 'other',
      request.routeOptions.url ?? 'none',
      String(reply.statusCode),
    )(seconds);
    if (account !== null || anonymousLines.admit(addressOf(raw), reply.statusCode)) {
      const path = loggedPath(request as AdmittedRequest, reply.statusCode);
      lines.info(
        {
          requestId: id,
          method,
          path,
          status: reply.statusCode,
          ms: Math.round(seconds * 1e6) / 1e3,
          account: account ?? undefined,
          trace_id: traceIdOf(request),
        },
        'request',
      );
    }
    done();
  });
  fastify.addHook('onClose', (_fastify, done) => {
    anonymousLines.summarise();
    done();
  });
}

/** A key that led an account to a row is no credential, whatever it looks like. */
function loggedPath({ raw, account }: AdmittedRequest, status: number): string {
  const { path } = splitUrl(raw.url ?? '');
  if (account !== null && status < 400) return cutText(path, maxPath);
  return cutText(redactPath(path), account === null ? maxAnonymousPath : maxPath);
}

/** By the end of the response, which comes even when the client has left without its answer. */
function countInFlight(fastify: FastifyInstance, metrics: Metrics): void {
  if (!metrics.isOn) return;
  let inFlight = 0;
  metrics.gauge({
    name: 'http_requests_in_flight',
    help: 'Requests over HTTP that are not answered yet',
    labelNames: [],
    read: () => [{ labels: {}, value: inFlight }],
  });
  const leave = (): void => {
    inFlight -= 1;
  };
  fastify.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1;
    reply.raw.once('close', leave);
    done();
  });
}
