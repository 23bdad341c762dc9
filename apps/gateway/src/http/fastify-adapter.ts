import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Failure } from '@refundry/resource';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { oms } from '../dialects/oms.js';
import { refuse } from './answers.js';

const longestKey = 2000;
const headersMs = 15_000;
const requestMs = 30_000;

/** Methods Node parses beyond those Fastify knows; each gets its 405 rather than a framework's answer. */
const webDavMethods = ['SEARCH', 'PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK'];

/**
 * Fastify as a router and nothing more: it reads no body and answers nothing of its own. The documents' clients send a
 * content type without a body, which its parsers refuse, so every method is declared bodyless.
 */
export function fastifyAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: longestKey, querystringParser: () => ({}) },
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => { refuse(new Failure('not_found'), request, reply); },
    clientErrorHandler: refuseMalformed,
  });
  const fastify = adapter.getInstance();
  for (const method of [...fastify.supportedMethods, ...webDavMethods]) fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  fastify.decorateRequest('admission', null);
  return adapter;
}

const statusTexts: Record<number, string> = { 400: 'Bad Request', 431: 'Request Header Fields Too Large' };

/** What Node's parser refuses never becomes a request; the answer is written to the socket by hand. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure = new Failure(error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'malformed_request');
  const body = JSON.stringify(oms.render(failure));
  const head = [`HTTP/1.1 ${failure.status} ${statusTexts[failure.status] ?? ''}`, 'Content-Type: application/json', `Content-Length: ${body.length}`, `X-Request-Id: ${randomUUID()}`, 'Connection: close'];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
