/**
 * Prepares `npm start`, `npm test` and `npm run accounts`, `sync`, `bench`, `client`, `test:faults`, `test:fuzz` and
 * `test:nightly`: makes a fresh clone ready, then hands over to Node 24. It has nothing but Node's built-ins, because
 * nothing is installed yet.
 */
import { join } from 'node:path';
import { build, buildWhatChanged } from './bootstrap/build.mjs';
import { commands } from './bootstrap/commands.mjs';
import { installDependencies, node24 } from './bootstrap/dependencies.mjs';
import { endWithNpm, Refusal, root, run } from './bootstrap/run.mjs';

const OLDEST_NODE = 20;

/** @param {string | undefined} name @param {string[]} args */
async function bootstrap(name, args) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
    throw new Refusal(`Node ${OLDEST_NODE} or newer is needed; this is ${process.version}.`);
  const command = commands[name ?? ''];
  if (!command) throw new Refusal(`Say what to run: ${Object.keys(commands).join(', ')}.`);
  await installDependencies();
  const node = node24();
  await (command.builds ? build(node, command.builds) : buildWhatChanged(node));
  const { env } = await command.prepare();
  return run(node, [join(root, command.script), ...(command.args ?? []), ...args], {
    stdio: command.stdio,
    env: { ...process.env, ...env },
  });
}

endWithNpm();
try {
  const { code } = await bootstrap(process.argv[2], process.argv.slice(3));
  process.exitCode = code;
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  if (error.message !== '') console.error(error.message);
  process.exitCode = error.exitCode;
}
