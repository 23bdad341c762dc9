import { inVariable, passwordVariable, userNames } from '../nats-users.js';
import type { ServiceDeclaration } from '../service-declaration.js';
import { maxConnections } from './connections.js';
import { fillIn } from './templates.js';

/** The regions of docker-compose.yml. */
export const composeRegions = (services: readonly ServiceDeclaration[]): Record<string, string> => ({
  connections:
    `    command: [postgres, -c, max_connections=${maxConnections(services)}, -c, shared_buffers=256MB, ` +
    `-c, timezone=UTC, -c, log_timezone=UTC]`,
  passwords: userNames(services)
    .map(passwordVariable)
    .map((variable) => `      ${variable}: \${${variable}:?run sh deploy/new-secrets.sh}`)
    .join('\n'),
  services: services
    .map((service) =>
      fillIn('compose-service.yml', { maxSemiSpace: undefined, ...service, variable: inVariable(service.name) }),
    )
    .join('\n\n'),
  'health-of-services': services.map(({ name }) => `      ${name}: { condition: service_healthy }`).join('\n'),
});
