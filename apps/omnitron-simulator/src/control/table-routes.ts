import { type FastifyInstance } from 'fastify';
import { notFound, Refusal } from '../api/refusals.js';
import { choiceOf, Malformed, objectOf } from '../malformed.js';
import { controlPath } from '../paths.js';
import { resourceNames, type ResourceName } from '../resource.js';
import { readRows } from '../row.js';
import { type Tables } from '../tables.js';

interface ResourceRoute {
  readonly Params: { readonly resource: string };
}

interface RowRoute {
  readonly Params: { readonly resource: string; readonly pk: string };
}

const resourceUrl = `${controlPath}/resources/:resource`;
const rowUrl = `${resourceUrl}/:pk`;

/** Changes what the upstream has. */
export function tableRoutes(simulator: FastifyInstance, tables: Tables): void {
  simulator.put<ResourceRoute>(resourceUrl, (request, reply) => {
    tables.replace(readResource(request.params.resource), readRows(request.body));
    return reply.code(204).send();
  });
  simulator.post<ResourceRoute>(resourceUrl, (request, reply) => {
    const { body } = request;
    tables.add(readResource(request.params.resource), readRows(Array.isArray(body) ? body : [body]));
    return reply.code(201).send();
  });
  simulator.patch<RowRoute>(rowUrl, (request, reply) => {
    const { resource, pk } = request.params;
    const row = tables.merge(readResource(resource), readPk(pk), objectOf(request.body, 'The body'));
    if (!row) throw new Refusal(notFound);
    return reply.send(row);
  });
  simulator.delete<RowRoute>(rowUrl, (request, reply) => {
    const { resource, pk } = request.params;
    if (!tables.remove(readResource(resource), readPk(pk))) throw new Refusal(notFound);
    return reply.code(204).send();
  });
}

function readResource(text: string): ResourceName {
  return choiceOf(text, resourceNames, 'resource');
}

function readPk(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Malformed(`A pk is a whole number, not "${text}".`);
  return Number(text);
}
