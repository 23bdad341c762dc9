import { type FastifyInstance } from 'fastify';
import { controlPath } from '../paths.js';
import { type Upstream } from '../upstream.js';

/** Tells what was asked of the upstream and which keys it handed out. */
export function observationRoutes(simulator: FastifyInstance, { requests, keys }: Upstream): void {
  simulator.get(`${controlPath}/requests`, (_request, reply) => reply.send(requests.report()));
  simulator.delete(`${controlPath}/requests`, (_request, reply) => {
    requests.reset();
    return reply.code(204).send();
  });
  simulator.get(`${controlPath}/keys`, (_request, reply) => reply.send(keys.issued));
}
