import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { natsServer, wrk } from './native-tools.mjs';
import { root } from './run.mjs';

/** @typedef {{ env: Record<string, string>, nodeArgs: string[] }} Prepared what a command adds to its environment and to Node's arguments */
/** @typedef {{ script: string, stdio: import('node:child_process').StdioOptions, prepare: () => Promise<Prepared> }} Command */

/** By the channel the child learns when this process is gone. @type {import('node:child_process').StdioOptions} */
const withChannel = ['inherit', 'inherit', 'inherit', 'ipc'];

/** What can be run, and what each needs of the machine. @type {Record<string, Command>} */
export const commands = {
  start: { script: 'tools/dist/start.js', stdio: withChannel, prepare: async () => ({ env: process.env.NATS_URL ? {} : await natsServer(), nodeArgs: [] }) },
  test: { script: 'tools/dist/test.js', stdio: withChannel, prepare: async () => ({ env: await natsServer(), nodeArgs: [] }) },
  bench: { script: 'bench/dist/main.js', stdio: withChannel, prepare: async () => ({ env: { ...await natsServer(), ...await wrk() }, nodeArgs: [] }) },
  accounts: { script: 'apps/accounts/dist/cli.js', stdio: 'inherit', prepare: async () => ({ env: {}, nodeArgs: accountsEnvironment() }) },
};

/** What the development launcher wrote down for the command line, unless the caller says where the database is. */
function accountsEnvironment() {
  const file = join(resolve(root, process.env.REFUNDRY_DATA ?? '.data'), 'env', 'accounts-cli.env');
  return process.env.DATABASE_URL || !existsSync(file) ? [] : [`--env-file=${file}`];
}
