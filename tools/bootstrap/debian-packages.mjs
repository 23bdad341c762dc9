import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine, Refusal, run, say } from './run.mjs';

const PATIENCE = ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=20', '-o', 'APT::Sandbox::User='];

/**
 * Downloads packages with apt and unpacks them, without installing and without root, into `folder`/unpacked.
 * @param {string[]} packages
 * @param {string} folder
 * @param {{ name: string, advice: string }} wanted
 */
export async function unpackDebianPackages(packages, folder, { name, advice }) {
  if ((await isMissing('apt-get')) || (await isMissing('dpkg-deb')))
    throw new Refusal(`${name} was not found: ${advice}.`);
  say(`Fetching ${name} with apt-get …`);
  const refusal = (/** @type {string} */ output) =>
    new Refusal(`${name} was not found, and apt-get could not fetch it (${lastLine(output)}): ${advice}.`);
  const { code, output } = await download(packages, folder);
  if (code !== 0) throw refusal(output);
  for (const archive of readdirSync(folder).filter((file) => file.endsWith('.deb'))) {
    const unpacked = await run('dpkg-deb', ['-x', join(folder, archive), join(folder, 'unpacked')], { quiet: true });
    if (unpacked.code !== 0) throw refusal(unpacked.output);
  }
}

/**
 * With the lists apt has; where there are none, with lists of our own, which takes no root and leaves the machine as it
 * is.
 * @param {string[]} packages
 * @param {string} folder
 */
async function download(packages, folder) {
  const known = await apt(['download', ...packages], folder);
  if (known.code === 0) return known;
  const own = ownFolders(folder);
  const update = await apt([...own, 'update'], folder);
  return update.code === 0 ? apt([...own, 'download', ...packages], folder) : update;
}

/** @param {string[]} args @param {string} folder */
function apt(args, folder) {
  return run('apt-get', ['-q', ...PATIENCE, ...args], {
    quiet: true,
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C' },
  });
}

/** @param {string} folder */
function ownFolders(folder) {
  const [state, cache] = [join(folder, 'state'), join(folder, 'cache')];
  for (const path of [join(state, 'lists', 'partial'), join(cache, 'archives', 'partial')])
    mkdirSync(path, { recursive: true });
  return ['-o', `Dir::State=${state}`, '-o', 'Dir::State::status=/var/lib/dpkg/status', '-o', `Dir::Cache=${cache}`];
}

/** @param {string} program */
async function isMissing(program) {
  return (await run(program, ['--version'], { quiet: true })).code === 127;
}
