import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.mjs';
import { root } from './run.mjs';

const DATA = join(root, '.data');
const BIN = join(DATA, 'bin');
const LIB = join(DATA, 'lib');
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];

/** Finds nats-server or fetches it. @returns {Promise<Record<string, string>>} the environment that names it */
export async function natsServer() {
  const found = process.env.NATS_SERVER || find('nats-server');
  if (found) return { NATS_SERVER: found };
  const advice =
    'install it (https://docs.nats.io, Debian: apt install nats-server), or set NATS_SERVER to its path or NATS_URL to a running one';
  await unpack(['nats-server'], { name: 'nats-server', advice }, (unpacked) => {
    moveIn(join(unpacked, 'usr/sbin/nats-server'), BIN);
  });
  return { NATS_SERVER: join(BIN, 'nats-server') };
}

/** Finds wrk or fetches it. @returns {Promise<Record<string, string>>} the environment that names it */
export async function wrk() {
  const found = process.env.WRK || find('wrk');
  if (found) return { WRK: found };
  await unpack(
    ['wrk', 'libluajit-5.1-2'],
    { name: 'wrk', advice: 'install it (Debian: apt install wrk), or set WRK to its path' },
    (unpacked) => {
      moveIn(join(unpacked, 'usr/bin/wrk'), LIB);
      for (const library of librariesIn(join(unpacked, 'usr/lib'))) moveIn(library, LIB);
      writeFileSync(
        join(BIN, 'wrk'),
        '#!/bin/sh\nlib=$(cd "$(dirname "$0")/../lib" && pwd)\nLD_LIBRARY_PATH="$lib" exec "$lib/wrk" "$@"\n',
      );
      chmodSync(join(BIN, 'wrk'), 0o755);
    },
  );
  return { WRK: join(BIN, 'wrk') };
}

/** @param {string} name */
function find(name) {
  return [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS, BIN]
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string[]} packages
 * @param {{ name: string, advice: string }} wanted
 * @param {(unpacked: string) => void} install
 */
async function unpack(packages, wanted, install) {
  for (const folder of [BIN, LIB]) mkdirSync(folder, { recursive: true });
  const aside = mkdtempSync(join(DATA, 'unpack-'));
  try {
    await unpackDebianPackages(packages, aside, wanted);
    install(join(aside, 'unpacked'));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Moves a file, or what a link points to, under its own name. @param {string} from @param {string} folder */
function moveIn(from, folder) {
  const name = from.split('/').at(-1) ?? from;
  const aside = join(folder, `${name}.${process.pid}`);
  copyFileSync(from, aside);
  chmodSync(aside, 0o755);
  renameSync(aside, join(folder, name));
}

/** @param {string} folder */
function librariesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => /\.so\.\d+$/.test(path));
}
