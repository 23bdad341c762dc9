import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Malformed } from '../malformed.js';
import { jsonAnswer, send, type Answer } from './answer.js';
import { notFound, Refusal } from './refusals.js';

export function answerErrors(simulator: FastifyInstance): void {
  simulator.setNotFoundHandler((_request, reply) => send(reply, notFound));
  simulator.setErrorHandler((error, request, reply) => send(reply, answerTo(error, request)));
}

function answerTo(error: unknown, request: FastifyRequest): Answer {
  if (error instanceof Refusal) return error.answer;
  if (error instanceof Malformed) return jsonAnswer(400, { detail: error.message });
  const status = statusOf(error);
  if (error instanceof Error && status < 500) return jsonAnswer(status, { detail: error.message });
  request.log.error(error);
  return jsonAnswer(500, { detail: 'A server error occurred.' });
}

/** Fastify's own refusals, of a body that is no JSON for example, carry their status. */
function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;
}
