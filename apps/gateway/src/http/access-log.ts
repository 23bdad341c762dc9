import type { Log, Metrics } from '@refundry/service';
import type { FastifyInstance } from 'fastify';
import { splitUrl, type AdmittedRequest } from './admitted-request.js';

/** A line and a measurement for every answer. Queries stay out of it: they may hold people's data. */
export function recordRequests(fastify: FastifyInstance, log: Log, metrics: Metrics): void {
  // Nothing in the line could be a secret, and looking for one costs a third of the line.
  const lines = log.child({}, { redact: [] });
  const latency = metrics.latency('http_request_seconds', 'Requests answered over HTTP', ['method', 'route', 'status']);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id, raw, admission } = request as AdmittedRequest;
    const seconds = reply.elapsedTime / 1000;
    latency({ method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) })(seconds);
    lines.info({ requestId: id, method, path: splitUrl(raw.url ?? '').path, status: reply.statusCode, ms: Math.round(seconds * 1e6) / 1e3, account: admission?.caller?.account }, 'request');
    done();
  });
}
