import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The path of `nats-server`: env NATS_SERVER, else the first of PATH, the system's folders for servers, and `.data/bin`
 * of the repository, where the bootstrap unpacks it.
 * @throws one sentence that says how to get it.
 */
export function findNatsServer(env: NodeJS.ProcessEnv = process.env): string {
  if (env.NATS_SERVER) return env.NATS_SERVER;
  const folders = [
    ...(env.PATH ?? '').split(delimiter).filter(Boolean),
    '/usr/sbin',
    '/usr/local/sbin',
    join(repositoryRoot(), '.data', 'bin'),
  ];
  const found = folders.map((folder) => join(folder, 'nats-server')).find(isExecutable);
  if (!found)
    throw new Error(
      'nats-server was not found: install it (Debian: apt install nats-server), or set NATS_SERVER to its path ' +
        'or NATS_URL to a running one.',
    );
  return found;
}

function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package-lock.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
