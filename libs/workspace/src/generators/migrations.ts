import type { Tree } from '@nx/devkit';
import { readText } from './tree-files.js';

/** TypeORM takes the order of migrations from the milliseconds at the end of their names. */
export const firstMigration = 1_764_000_000_000;

const folderOf = (service: string): string => `apps/${service}/src/migrations`;

/** The sources of a service's migrations. */
export const migrationTexts = (tree: Tree, service: string): string[] =>
  tree.children(folderOf(service)).map((file) => readText(tree, `${folderOf(service)}/${file}`));

/** The number of a service's next migration. */
export function nextMigration(tree: Tree, service: string): number {
  const numbers = tree.children(folderOf(service)).map((file) => Number(/^\d+/.exec(file)?.[0] ?? 0));
  return Math.max(...numbers) + 1;
}
