import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateFiles, readJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { inCamelCase } from '../generated/sources.js';
import { readDeclarations } from '../service-declaration.js';
import { addServiceDocs } from './api-docs.js';
import { familyOf } from './families.js';
import { inPascalCase, requireKebabCase } from './names.js';
import { lockApp } from './package-lock.js';
import { filesIn, finish } from './tree-files.js';

interface ServiceOptions {
  readonly name: string;
  readonly family: string;
  /** Its nouns, for the documents. */
  readonly does?: string;
  /** The team that owns it. */
  readonly owner?: string;
}

const templates = fileURLToPath(new URL('../../templates/service', import.meta.url));

/**
 * Makes a service without endpoints: its declaration, its app with the first migration, and all that follows from the
 * declaration.
 *
 * @throws Error for a name that is taken or is no name, and for a family that there is not
 */
export default async function generateService(
  tree: Tree,
  { name, family, does = name.replaceAll('-', ' '), owner = `@refundry/${name}` }: ServiceOptions,
): Promise<GeneratorCallback> {
  requireKebabCase(name);
  if (tree.exists(`apps/${name}`) || tree.exists(`libs/${name}`)) throw new Error(`The name ${name} is taken.`);
  const ports = readDeclarations(filesIn(tree)).map(({ operationsPort }) => operationsPort);
  const { dependencies: versions } = readJson<{ dependencies: object }>(tree, 'apps/reservation-refund/package.json');
  generateFiles(tree, templates, '.', {
    service: name,
    variable: inCamelCase(name),
    className: inPascalCase(name),
    does,
    owner,
    operationsPort: Math.max(...ports) + 1,
    versions,
  });
  addServiceDocs(tree, name, familyOf(family));
  lockApp(tree, name);
  await finish(tree);
  return () => {
    const link = join(tree.root, 'node_modules', '@refundry', name);
    if (!existsSync(link)) symlinkSync(join('..', '..', 'apps', name), link);
  };
}
