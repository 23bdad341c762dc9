import { type FastifyInstance } from 'fastify';
import { answerModes } from '../answer-mode.js';
import { readFaults } from '../faults/read-faults.js';
import { choiceOf, objectOf } from '../malformed.js';
import { controlPath } from '../paths.js';
import { type Upstream } from '../upstream.js';

/** Changes how the upstream answers. */
export function faultRoutes(simulator: FastifyInstance, upstream: Upstream): void {
  simulator.put(`${controlPath}/answers`, (request, reply) => {
    upstream.answers = choiceOf(objectOf(request.body, 'The body').mode, answerModes, 'mode');
    return reply.code(204).send();
  });
  simulator.put(`${controlPath}/faults`, (request, reply) => {
    upstream.faults.replace(readFaults(request.body));
    return reply.code(204).send();
  });
  simulator.delete(`${controlPath}/faults`, (_request, reply) => {
    upstream.faults.replace([]);
    return reply.code(204).send();
  });
}
