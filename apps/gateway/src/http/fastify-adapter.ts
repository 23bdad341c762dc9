import { randomUUID } from 'node:crypto';
import { METHODS, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Failure } from '@refundry/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dialectOf } from '../families/dialects.js';
import { renderRejection } from '../families/rejection.js';
import { connectionLimits, limitConnections, type ConnectionLimits } from '../limits/connection-limits.js';
import type { AdmittedRequest } from './admitted-request.js';
import { refuse } from './answers.js';
import { secureContext, type Certificate } from './certificate.js';
import { keepHalfClosed } from './half-closed.js';

const maxKey = 2000;
/** Room for a token far beyond what is accepted, so that it is refused as a token rather than as headers. */
const headersBytes = 32 * 1024;

/** Every method Node parses gets its 405 from the mount; CONNECT never becomes a request. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

/**
 * Fastify as a router and nothing more: it reads no body and answers nothing of its own. The documents' clients send a
 * content type without a body, which its parsers refuse, so every method is declared bodyless.
 *
 * @param certificate what it serves HTTPS with; without it, plain HTTP
 */
export function fastifyAdapter(certificate?: Certificate, limits: Partial<ConnectionLimits> = {}): FastifyAdapter {
  const all = { ...connectionLimits, ...limits };
  const server = {
    headersTimeout: all.headersMs,
    connectionsCheckingInterval: all.lookEveryMs,
    maxHeaderSize: headersBytes,
    requireHostHeader: false,
  };
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    requestTimeout: all.requestMs,
    keepAliveTimeout: all.idleMs,
    ...(certificate
      ? { https: { ...server, ...secureContext(certificate), handshakeTimeout: all.headersMs } }
      : { http: server }),
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxKey, querystringParser: () => ({}) },
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void refuse(new Failure('not_found'), request, reply, null);
    },
    clientErrorHandler: refuseMalformed,
  });
  const fastify = adapter.getInstance();
  for (const method of methods) fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  fastify.decorateRequest('admission', null);
  fastify.decorateRequest('account', null);
  fastify.decorateRequest('mount', null);
  fastify.decorateRequest('format', null);
  fastify.decorateRequest('publicBase', null);
  fastify.decorateRequest('receivedAt', 0);
  fastify.decorateRequest('streamedBytes', 0);
  fastify.addHook('onRequest', (request, _reply, done) => {
    (request as AdmittedRequest).receivedAt = Date.now();
    lastTargets.set(request.raw.socket, request.raw.url ?? '');
    done();
  });
  limitConnections(fastify.server, all);
  keepHalfClosed(fastify.server);
  // An expectation we don't know is one we don't meet; the request is answered all the same (RFC 9110 §10.1.1).
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    fastify.server.emit('request', request, response),
  );
  return adapter;
}

const refusals: Record<string, Failure> = {
  HPE_HEADER_OVERFLOW: new Failure('headers_too_large'),
  ERR_HTTP_REQUEST_TIMEOUT: new Failure('request_timeout'),
};

/** The last request of each connection: what follows on it is refused in the same dialect. */
const lastTargets = new WeakMap<Socket, string>();

/** A request that Node's parser rejects never reaches a handler; the answer is written to the socket by hand. */
function refuseMalformed(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  // Before the handshake is done nothing can be said.
  if (error.code === 'ECONNRESET' || error.code?.startsWith('ERR_TLS') || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure = refusals[error.code ?? ''] ?? new Failure('malformed_request');
  const target = targetIn(error.rawPacket) ?? lastTargets.get(socket) ?? '';
  const { status, body: rendered } = renderRejection(failure, dialectOf(target));
  const body = JSON.stringify(rendered);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-Request-Id: ${randomUUID()}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // A client that is still sending gets to read its answer (RFC 9112 §9.6), and none keeps its half of the connection.
  setTimeout(() => {
    socket.destroy();
  }, lingeringMs).unref();
}

const lingeringMs = 1000;

const requestLine = /^[!-~]+ (\S+) HTTP\//;

/** The target that was asked for, where what came last begins with it. */
const targetIn = (packet: unknown): string | undefined =>
  Buffer.isBuffer(packet) ? requestLine.exec(packet.toString('latin1'))?.[1] : undefined;
