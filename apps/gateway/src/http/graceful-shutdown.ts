import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RpcClient } from '@refundry/messaging';
import type { FastifyInstance } from 'fastify';
import { destroyConnections, destroySilentConnections } from '../limits/connection-limits.js';

/**
 * While it parts from its clients, each connection gets one more answer and the word that it was the last: those who
 * keep theirs open go to another replica.
 */
export function closeAfterResponses(fastify: FastifyInstance, isDraining: () => boolean): void {
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (isDraining()) reply.raw.setHeader('connection', 'close');
    done();
  });
}

const sweepMs = 50;
/** The deadline of an ordinary request. */
const graceMs = 10_000;
/** For the answers to those that are given up. */
const lastAnswersMs = 500;

/**
 * Takes no new connections and lets running requests finish. Clients keep their connections open for the next request,
 * so those that have become idle are closed again and again. A request that outlasts the grace is answered 503, or
 * broken off if its answer has begun.
 */
export async function drain(app: NestFastifyApplication, rpc: RpcClient): Promise<void> {
  const server = app.getHttpServer();
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    destroySilentConnections(server);
  }, sweepMs);
  const grace = setTimeout(() => {
    void rpc.close();
  }, graceMs);
  const cutOff = setTimeout(() => {
    destroyConnections(server);
  }, graceMs + lastAnswersMs);
  await app.close();
  clearInterval(sweep);
  clearTimeout(grace);
  clearTimeout(cutOff);
  await rpc.close();
}
