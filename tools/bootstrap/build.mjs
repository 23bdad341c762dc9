import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal, root, run, say } from './run.mjs';

const STAMP = join(root, 'node_modules', '.cache', 'refundry-build');
const NOT_SOURCES = new Set(['node_modules', 'dist']);

/**
 * Compiles when a source is another one than at the last build. Asking the compiler would take seconds, looking takes
 * milliseconds.
 * @param {string} node
 */
export async function buildWhatChanged(node) {
  const fingerprint = fingerprintOfSources();
  const unbuilt = projects().filter((project) => !existsSync(join(project, 'dist')));
  if (unbuilt.length === 0 && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint) return;
  say('Compiling …');
  // The compiler believes its notes, also about files that are gone.
  for (const project of unbuilt) rmSync(join(project, 'tsconfig.tsbuildinfo'), { force: true });
  await build(node, projects());
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, fingerprint);
}

/**
 * Compiles these projects and what they refer to.
 * @param {string} node
 * @param {string[]} projects
 */
export async function build(node, projects) {
  const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  const { code, output } = await run(node, [compiler, '-b', ...projects], { quiet: true });
  if (code !== 0) throw new Refusal(`${output.trim()}\nThe sources do not compile.`);
}

function fingerprintOfSources() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const file of ['tsconfig.json', 'tsconfig.base.json']
    .map((name) => join(root, name))
    .concat(projects().flatMap(sourcesIn))) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** @param {string} folder @returns {string[]} */
function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_SOURCES.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return /\.ts$|^(tsconfig|package)\.json$/.test(entry.name) ? [path] : [];
  });
}

/** The folders that are compiled; of the rest only the types are checked. @returns {string[]} */
function projects() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return references
    .map((/** @type {{ path: string }} */ { path }) => join(root, path))
    .filter((/** @type {string} */ path) => existsSync(join(path, 'package.json')));
}
