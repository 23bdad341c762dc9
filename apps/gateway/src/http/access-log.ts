import type { Log, Metrics } from '@refundry/service';
import type { FastifyInstance } from 'fastify';
import { splitUrl, type AdmittedRequest } from './admitted-request.js';
import { traceIdOf } from './request-traces.js';

/** Every other method counts as one, so that nobody makes more of them. */
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** A line and a measurement for every answer. Queries stay out of it: they may hold people's data. */
export function recordRequests(fastify: FastifyInstance, log: Log, metrics: Metrics): void {
  // Nothing in the line could be a secret, and looking for one costs a third of the line.
  const lines = log.child({}, { redact: [] });
  const latency = metrics.latency('http_request_seconds', 'Requests answered over HTTP', ['family', 'method', 'route', 'status']);
  countInFlight(fastify, metrics);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id, raw, admission, mount } = request as AdmittedRequest;
    const seconds = reply.elapsedTime / 1000;
    latency(mount?.family ?? 'none', methods.has(method) ? method : 'other', request.routeOptions.url ?? 'none', String(reply.statusCode))(seconds);
    lines.info({ requestId: id, method, path: splitUrl(raw.url ?? '').path, status: reply.statusCode, ms: Math.round(seconds * 1e6) / 1e3, account: admission?.caller?.account, trace_id: traceIdOf(request) }, 'request');
    done();
  });
}

/** By the end of the response, which comes even when the client has left without its answer. */
function countInFlight(fastify: FastifyInstance, metrics: Metrics): void {
  if (!metrics.isOn) return;
  let inFlight = 0;
  metrics.gauge({ name: 'http_requests_in_flight', help: 'Requests over HTTP that are not answered yet', labelNames: [], read: () => [{ labels: {}, value: inFlight }] });
  const leave = (): void => { inFlight -= 1; };
  fastify.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1;
    reply.raw.once('close', leave);
    done();
  });
}
