import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine, Refusal, root, run, say } from './run.mjs';

const NODE = 24;

/** Runs `npm ci` unless node_modules is what package-lock.json says. */
export async function installDependencies() {
  if (isInstalled()) return;
  say('Installing the packages of package-lock.json …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = npm
    ? await run(process.execPath, [npm, ...args], { quiet: true })
    : await run('npm', args, { quiet: true });
  if (code !== 0) throw new Refusal(`npm ci failed with exit code ${code}: ${firstError(output)}`);
}

/** The Node to run everything else with. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= NODE) return process.execPath;
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  throw new Refusal(
    `Node ${NODE} is needed, and there is none for ${process.platform}-${process.arch} in node_modules: install Node ${NODE} and try again.`,
  );
}

/** npm writes what it has installed beside it, in the lock file's own form, when it is done. */
function isInstalled() {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (!installed || !wanted) return false;
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, entry]) => {
      // Generators make the link of a new app themselves.
      if (entry.link) return existsSync(join(root, path));
      return installed[path] ? installed[path].version === entry.version : entry.optional === true;
    });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }> | undefined}
 */
function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/** npm says what is wrong in the first of its error lines that is a sentence. @param {string} output */
function firstError(output) {
  const errors = output
    .split('\n')
    .filter((line) => line.startsWith('npm error'))
    .map((line) => line.slice('npm error'.length).trim());
  return errors.find((line) => line.includes(' ') && !line.startsWith('code ')) ?? lastLine(output);
}
