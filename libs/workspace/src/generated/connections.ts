import type { ServiceDeclaration } from '../service-declaration.js';

/** The autoscalers' maximum. */
const maxReplicas = 4;
/** For migrations, operators and PostgreSQL's own. */
const others = 60;

/** PostgreSQL's `max_connections`: four replicas of each service and one that is being replaced, and some to spare. */
export const maxConnections = (services: readonly ServiceDeclaration[]): number => {
  const needed = services.reduce((sum, { connections }) => sum + connections, 0) * (maxReplicas + 1);
  return Math.ceil((needed + others) / 10) * 10;
};
