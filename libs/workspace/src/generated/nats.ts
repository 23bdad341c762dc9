import { natsAuthorization } from '@refundry/testing';
import { natsUsers, passwordVariable } from '../nats-users.js';
import type { ServiceDeclaration } from '../service-declaration.js';

/** The configuration of NATS in a deployment, where its environment has the passwords. */
export function deployedNatsConfiguration(services: readonly ServiceDeclaration[]): string {
  const users = natsUsers(services).map((user) => ({ ...user, password: `$${passwordVariable(user.user)}` }));
  const configuration = {
    server_name: 'refundry',
    port: 4222,
    http_port: 8222,
    jetstream: { store_dir: '/data' },
    authorization: natsAuthorization(users),
  };
  // NATS looks into its environment for what stands without quotes.
  return (
    `# Made by \`npm run generate\` of apps/*/service.json.\n` +
    `${JSON.stringify(configuration, null, 2).replace(/"(\$\w+_PASSWORD)"/g, '$1')}\n`
  );
}
