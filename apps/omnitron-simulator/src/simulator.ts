import Fastify, { type FastifyInstance } from 'fastify';
import { answerErrors } from './api/errors.js';
import { listRoutes } from './api/list-routes.js';
import { loginRoute } from './api/login-route.js';
import { type SimulatorConfig } from './config.js';
import { faultRoutes } from './control/fault-routes.js';
import { observationRoutes } from './control/observation-routes.js';
import { tableRoutes } from './control/table-routes.js';
import { initialRows } from './datasets/initial-rows.js';
import { controlPath } from './paths.js';
import { Upstream } from './upstream.js';

/** All districts of Türkiye have to fit into one `PUT`. */
const bodyLimit = 256 * 1024 * 1024;

/**
 * A simulated Omnitron that isn't listening yet, with a state of its own.
 *
 * @throws StartError when the dataset can't be used
 */
export function createSimulator(config: SimulatorConfig): FastifyInstance {
  const upstream = new Upstream(initialRows(config.dataset, config), config.answers);
  const simulator = Fastify({
    logger: { level: 'error' },
    forceCloseConnections: true,
    bodyLimit,
    routerOptions: { ignoreTrailingSlash: true },
  });
  simulator.addHook('onRequest', (request, _reply, next) => {
    if (!request.url.startsWith(`${controlPath}/`)) upstream.requests.record(request.method, request.url);
    next();
  });
  answerErrors(simulator);
  loginRoute(simulator, upstream, config);
  listRoutes(simulator, upstream);
  tableRoutes(simulator, upstream.tables);
  faultRoutes(simulator, upstream);
  observationRoutes(simulator, upstream);
  return simulator;
}
