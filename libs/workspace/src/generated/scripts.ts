import { inVariable, userNames } from '../nats-users.js';
import type { ServiceDeclaration } from '../service-declaration.js';

/** The regions of the scripts of a deployment by docker-compose. */
export function scriptRegions(services: readonly ServiceDeclaration[]): Record<string, Record<string, string>> {
  const names = services.map(({ name }) => name);
  const accountsLast = [...names.filter((name) => name !== 'accounts'), 'accounts'];
  return {
    'deploy/new-secrets.sh': {
      services: `services='${names.map(inVariable).join(' ')}'`,
      users: `users='${userNames(services).map(inVariable).join(' ')}'`,
    },
    'deploy/backup.sh': { databases: `databases='${accountsLast.join(' ')}'` },
    'deploy/restore.sh': { services: `services='${names.join(' ')}'` },
  };
}
