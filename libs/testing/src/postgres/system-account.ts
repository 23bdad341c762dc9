import { execFileSync } from 'node:child_process';
import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** An account of the operating system. */
export interface SystemAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The bits of a file's mode, as chmod counts them. */
const READ = 4;
const PASS = 1;

const OUR_OWN = 'refundry';

/**
 * PostgreSQL refuses to run as root, so root lends it another account. Undefined: we are not root, run as ourselves.
 */
export function accountForPostgres(): SystemAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findAccount('postgres') ?? findAccount('nobody') ?? findAccount(OUR_OWN) ?? createAccount(OUR_OWN);
}

/** Whether an account may read a file or list a folder, and pass through every folder above it. */
export function canRead(account: SystemAccount, path: string): boolean {
  return permits(account, realpathSync(path), READ) && canPass(account, dirname(realpathSync(path)));
}

/** Whether an account may pass through a folder and every folder above it. */
export function canPass(account: SystemAccount, folder: string): boolean {
  const here = realpathSync(folder);
  return permits(account, here, PASS) && (dirname(here) === here || canPass(account, dirname(here)));
}

function permits({ uid, gid }: SystemAccount, path: string, right: number): boolean {
  const stat = lstatSync(path);
  const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
  return ((stat.mode >> shift) & right) !== 0;
}

function findAccount(name: string): SystemAccount | undefined {
  try {
    const ask = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { name, uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function createAccount(name: string): SystemAccount {
  execFileSync('useradd', ['--system', '--no-create-home', '--user-group', '--shell', '/usr/sbin/nologin', name]);
  const created = findAccount(name);
  if (!created) throw new Error('PostgreSQL does not run as root, and no other account could be made for it.');
  return created;
}
