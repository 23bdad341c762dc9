import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './service-declaration.js';

/** The files below a folder of this machine. */
export const filesOnDisk = (root: string): Files => ({
  read: (path) => readFileSync(join(root, path), 'utf8'),
  exists: (path) => existsSync(join(root, path)),
  list: (folder) => readdirSync(join(root, folder)),
});
