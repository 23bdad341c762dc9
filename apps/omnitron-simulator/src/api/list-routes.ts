import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { answerInstead, pageTurner, spoiled } from '../faults/strike.js';
import { type Fault } from '../faults/fault.js';
import { resourcePath } from '../paths.js';
import { resourceNames, type ResourceName } from '../resource.js';
import { type Upstream } from '../upstream.js';
import { jsonAnswer, send, type Answer } from './answer.js';
import { authenticate } from './authentication.js';
import { envelope, readPageNumber, readPageSize } from './paging.js';
import { invalidPage } from './refusals.js';
import { select } from './selection.js';

/** `GET /api/v1/<resource>/` for every resource. */
export function listRoutes(simulator: FastifyInstance, upstream: Upstream): void {
  for (const resource of resourceNames) {
    simulator.get(resourcePath(resource), async (request, reply) => {
      const url = new URL(request.url, `${request.protocol}://${request.host}`);
      const faults = upstream.faults.striking({ target: resource, page: readPageNumber(url.searchParams) });
      const instead = await answerInstead(faults, upstream.keys);
      return send(reply, instead ?? spoiled(faults, list(resource, url, request, upstream, faults)));
    });
  }
}

function list(
  resource: ResourceName,
  url: URL,
  request: FastifyRequest,
  upstream: Upstream,
  faults: readonly Fault[],
): Answer {
  authenticate(request.headers.authorization, upstream.keys);
  const { searchParams } = url;
  const rows = select(upstream.tables.rows(resource), searchParams);
  const page = pageTurner(faults)({ rows, number: readPageNumber(searchParams), size: readPageSize(searchParams) });
  if (upstream.answers === 'array') return jsonAnswer(200, page?.rows ?? []);
  return page ? jsonAnswer(200, envelope(page, url)) : invalidPage;
}
