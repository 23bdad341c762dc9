import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ResourceName } from '../resource.js';
import { orderedByPk, readRows, type Row } from '../row.js';
import { StartError } from '../start-error.js';

/**
 * A folder with a file `<resource>.json` per resource, each an array of rows in Omnitron's shape.
 *
 * @returns the rows of a resource, or undefined when the folder has no file for it
 * @throws StartError when the folder can't be read, and later when a file can't
 */
export function openDatasetFolder(folder: string): (resource: ResourceName) => readonly Row[] | undefined {
  const present = new Set(fileNames(folder));
  return (resource) => {
    const name = `${resource}.json`;
    return present.has(name) ? readFile(join(folder, name)) : undefined;
  };
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
