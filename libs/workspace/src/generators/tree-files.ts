import type { Tree } from '@nx/devkit';
import { format } from 'prettier';
import { generatedFiles } from '../generated/generated-files.js';
import type { Files } from '../service-declaration.js';

/** The files of a tree, those that it is about to write too. */
export const filesIn = (tree: Tree): Files => ({
  read: (path) => readText(tree, path),
  exists: (path) => tree.exists(path),
  list: (folder) => tree.children(folder),
});

/** @throws Error for a file that there is not */
export function readText(tree: Tree, path: string): string {
  const text = tree.read(path, 'utf8');
  if (text === null) throw new Error(`There is no ${path}.`);
  return text;
}

/** Writes what follows from the declarations, and formats the sources that were changed by hand of a generator. */
export async function finish(tree: Tree): Promise<void> {
  for (const [path, text] of generatedFiles(filesIn(tree)))
    if (tree.read(path, 'utf8') !== text) tree.write(path, text);
  const options = JSON.parse(readText(tree, '.prettierrc.json')) as object;
  for (const { path, type } of tree.listChanges())
    if (type !== 'DELETE' && /\.(ts|json)$/.test(path) && path !== 'package-lock.json')
      tree.write(path, await format(readText(tree, path), { ...options, filepath: path }));
}
