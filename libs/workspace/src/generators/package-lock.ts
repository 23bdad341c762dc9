import { readJson, writeJson, type Tree } from '@nx/devkit';

interface PackageLock {
  readonly packages: Readonly<Record<string, object>>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: object;
}

const file = 'package-lock.json';

/** Enters the package of an app, as `npm install` would. */
export function lockApp(tree: Tree, app: string): void {
  const { name, version, dependencies } = readJson<Manifest>(tree, `apps/${app}/package.json`);
  writePackages(tree, (packages) => ({
    ...packages,
    [`apps/${app}`]: { name, version, dependencies },
    [`node_modules/${name}`]: { resolved: `apps/${app}`, link: true },
  }));
}

/** Reverts `lockApp`. */
export function unlockApp(tree: Tree, app: string): void {
  const gone = [`apps/${app}`, `node_modules/@refundry/${app}`];
  writePackages(tree, (packages) =>
    Object.fromEntries(Object.entries(packages).filter(([path]) => !gone.includes(path))),
  );
}

function writePackages(tree: Tree, change: (packages: PackageLock['packages']) => PackageLock['packages']): void {
  const lock = readJson<PackageLock>(tree, file);
  // In npm's own order.
  const packages = Object.entries(change(lock.packages)).sort(([one], [other]) => one.localeCompare(other, 'en'));
  writeJson(tree, file, { ...lock, packages: Object.fromEntries(packages) });
}
