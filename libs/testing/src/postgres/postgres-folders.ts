import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { canPass, canRead, type SystemAccount } from './system-account.js';

/** The folder in which root keeps files that the account of PostgreSQL can't reach in their own place. */
const REACHABLE = '/var/lib/refundry';

/**
 * Makes the folder of a cluster, owned by the account it runs as. If that account can't reach it, it becomes a link to
 * a folder elsewhere.
 */
export function clusterFolder(wanted: string, account: SystemAccount | undefined, log: (line: string) => void): string {
  const folder = resolve(wanted);
  mkdirSync(dirname(folder), { recursive: true });
  if (!account || canPass(account, dirname(folder))) return ownFolder(folder, account);
  if (!existsSync(folder)) {
    rmSync(folder, { force: true }); // a link whose target is gone
    symlinkSync(mkdtempSync(join(reachable(), 'postgres-')), folder);
    log(
      `the account ${account.name}, which PostgreSQL runs as, can't reach ${folder}; its data are in ` +
        realpathSync(folder),
    );
  }
  return ownFolder(realpathSync(folder), account);
}

/** The folder of PostgreSQL's programs: `packaged`, or a copy made once where the account can reach it. */
export function programsFolder(packaged: string, version: string, account: SystemAccount | undefined): string {
  if (!account || isUsable(packaged, account)) return packaged;
  const copy = join(reachable(), `postgresql-${version}`);
  if (!existsSync(copy)) copyOnce(packaged, copy);
  return copy;
}

/** Whether a cluster has been initialised, to its end, in a folder. */
export function holdsCluster(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION'));
}

/** Lets `initialise` fill a folder that takes the place of `folder` only when it is complete. */
export async function fillConcurrently(
  folder: string,
  account: SystemAccount | undefined,
  initialise: (aside: string) => Promise<unknown>,
): Promise<void> {
  const aside = `${folder}.incomplete`;
  rmSync(aside, { recursive: true, force: true });
  await initialise(ownFolder(aside, account));
  renameSync(aside, folder);
}

function ownFolder(folder: string, account: SystemAccount | undefined): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
  return folder;
}

function isUsable(packaged: string, account: SystemAccount): boolean {
  return ['bin/postgres', 'lib/postgresql', 'share/postgresql/postgres.bki'].every((path) =>
    canRead(account, join(packaged, path)),
  );
}

/** Copies aside first and renames, so that two runs at once can't see half a copy. */
function copyOnce(from: string, to: string): void {
  const aside = `${to}.${process.pid}`;
  cpSync(from, aside, { recursive: true, verbatimSymlinks: true });
  openToAll(aside);
  try {
    renameSync(aside, to);
  } catch (error) {
    rmSync(aside, { recursive: true });
    if (!existsSync(to)) throw error;
  }
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode | 0o444 | (folder.endsWith('/bin') ? 0o111 : 0));
  }
}

function reachable(): string {
  mkdirSync(REACHABLE, { recursive: true, mode: 0o755 });
  chmodSync(REACHABLE, 0o755);
  return REACHABLE;
}
