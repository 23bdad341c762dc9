import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { natsServer, wrk } from './native-tools.mjs';
import { root } from './run.mjs';

/** @typedef {{ env: Record<string, string> }} Prepared what a command adds to its environment */
/** @typedef {import('node:child_process').StdioOptions} StdioOptions */
/** @typedef {{ script: string, args?: string[], builds?: string[], stdio: StdioOptions, prepare: () => Promise<Prepared> }} Command */

/** By the channel the child learns when this process is gone. @type {import('node:child_process').StdioOptions} */
const withChannel = ['inherit', 'inherit', 'inherit', 'ipc'];

/** The commands, and the requirements of each on the machine. @type {Record<string, Command>} */
export const commands = {
  start: {
    script: 'tools/dist/start.js',
    stdio: withChannel,
    prepare: async () => ({ env: process.env.NATS_URL ? {} : await natsServer() }),
  },
  test: { script: 'tools/dist/test.js', stdio: withChannel, prepare: async () => ({ env: await natsServer() }) },
  'test:faults': {
    script: 'tools/dist/test-faults.js',
    stdio: withChannel,
    prepare: async () => ({ env: await natsServer() }),
  },
  'test:containers': { script: 'tools/dist/test-containers.js', stdio: 'inherit', prepare: async () => ({ env: {} }) },
  'test:postgres': {
    script: 'tools/dist/test-postgres.js',
    stdio: withChannel,
    prepare: async () => ({ env: await natsServer() }),
  },
  'test:fuzz': {
    script: 'tools/dist/test-fuzz.js',
    stdio: withChannel,
    prepare: async () => ({ env: await natsServer() }),
  },
  'test:upgrade': {
    script: 'tools/dist/test-upgrade.js',
    stdio: withChannel,
    prepare: async () => ({ env: await natsServer() }),
  },
  'test:nightly': {
    script: 'tools/dist/test-nightly.js',
    stdio: withChannel,
    prepare: async () => ({ env: await natsServer() }),
  },
  client: { script: 'tools/dist/client.js', stdio: 'inherit', prepare: async () => ({ env: {} }) },
  bench: {
    script: 'bench/dist/main.js',
    stdio: withChannel,
    prepare: async () => ({ env: { ...(await natsServer()), ...(await wrk()) } }),
  },
  'test:generators': {
    script: 'tools/dist/test-generators.js',
    stdio: 'inherit',
    prepare: async () => ({ env: await natsServer() }),
  },
  // It must run where the sources do not compile, because what it writes is missing.
  generate: {
    script: 'tools/dist/generate.js',
    builds: [join(root, 'tools')],
    stdio: 'inherit',
    prepare: async () => ({ env: {} }),
  },
  accounts: operators(),
  sync: operators('sync'),
};

/** The operators' command line, or one command of it. @param {...string} args @returns {Command} */
function operators(...args) {
  return {
    script: 'apps/accounts/dist/cli.js',
    args,
    stdio: 'inherit',
    prepare: async () => ({ env: accountsEnvironment() }),
  };
}

/**
 * The settings that the development launcher stored for the command line. It wins over a DATABASE_URL that tells the
 * launcher which cluster to use.
 */
function accountsEnvironment() {
  const file = join(resolve(root, process.env.REFUNDRY_DATA ?? '.data'), 'env', 'accounts-cli.env');
  return existsSync(file) ? /** @type {Record<string, string>} */ (parseEnv(readFileSync(file, 'utf8'))) : {};
}
