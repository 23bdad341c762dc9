import { fileURLToPath } from 'node:url';
import { natsAuthorization } from '@refundry/testing';
import { natsUsers } from './topology.js';

/** The folder of a deployment's NATS configuration. */
export const natsConfigurationFile = fileURLToPath(new URL('../../deploy/nats/nats-server.conf', import.meta.url));

/** The configuration of NATS in a deployment, where its environment has the passwords. */
export function deployedNatsConfiguration(): string {
  const users = natsUsers().map((user) => ({ ...user, password: `$${passwordVariable(user.user)}` }));
  const configuration = {
    server_name: 'refundry',
    port: 4222,
    http_port: 8222,
    jetstream: { store_dir: '/data' },
    authorization: natsAuthorization(users),
  };
  // NATS looks into its environment for what stands without quotes.
  return (
    `# Who may do what stands in tools/src/topology.ts; \`npm run nats:configure\` makes this file of it.\n` +
    `${JSON.stringify(configuration, null, 2).replace(/"(\$\w+_PASSWORD)"/g, '$1')}\n`
  );
}

/** The variable that holds the password of a user of NATS. */
export const passwordVariable = (user: string): string => `NATS_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
