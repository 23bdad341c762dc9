import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { manifestFile } from '../generated/kubernetes.js';
import { contractsFolder, journeysFolder } from '../generated/sources.js';
import { declarationFile } from '../service-declaration.js';
import { removeServiceDocs } from './api-docs.js';
import { unlockApp } from './package-lock.js';
import { finish } from './tree-files.js';

interface RemoveOptions {
  readonly name: string;
}

/**
 * Takes a service out of the repository, with its contracts, its journeys and all that follows from its declaration. A
 * database and a Secret that a deployment has of it are the operator's.
 *
 * @throws Error for a service that there is not
 */
export default async function removeService(tree: Tree, { name }: RemoveOptions): Promise<GeneratorCallback> {
  if (!tree.exists(declarationFile(name))) throw new Error(`There is no service ${name}.`);
  for (const place of [`apps/${name}`, contractsFolder(name), journeysFolder(name), manifestFile(name)])
    tree.delete(place);
  removeServiceDocs(tree, name);
  unlockApp(tree, name);
  await finish(tree);
  return () => {
    // Compiled files are in no tree.
    for (const place of [`apps/${name}`, `node_modules/@refundry/${name}`, contractsFolder(name), journeysFolder(name)])
      rmSync(join(tree.root, place), { recursive: true, force: true });
  };
}
