import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceNames, type ResourceName } from '../resource.js';
import { orderedByPk, readRows, type Row } from '../row.js';
import { StartError } from '../start-error.js';

/**
 * Reads a folder with a file `<resource>.json` per resource, each an array of rows in Omnitron's shape.
 *
 * @returns the rows of those resources that the folder has a file for
 * @throws StartError when the folder or a file in it can't be used
 */
export function readDatasetFolder(folder: string): ReadonlyMap<ResourceName, readonly Row[]> {
  const present = new Set(fileNames(folder));
  return new Map(
    resourceNames
      .filter((resource) => present.has(fileName(resource)))
      .map((resource) => [resource, readFile(join(folder, fileName(resource)))]),
  );
}

function fileName(resource: ResourceName): string {
  return `${resource}.json`;
}

function fileNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new StartError(`OMNITRON_DATASET: the folder ${folder} can't be read: ${reason(error)}`, { cause: error });
  }
}

function readFile(path: string): readonly Row[] {
  try {
    return orderedByPk(readRows(JSON.parse(readFileSync(path, 'utf8'))));
  } catch (error) {
    throw new StartError(`OMNITRON_DATASET: ${path} can't be used: ${reason(error)}`, { cause: error });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
