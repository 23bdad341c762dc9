import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateFiles, type Tree } from '@nx/devkit';
import { contractsFolder, inCamelCase, journeysFolder } from '../generated/sources.js';
import { declarationFile } from '../service-declaration.js';
import { addEndpointDocs, documentedFamily } from './api-docs.js';
import { familyOf, journeyOf, type FamilyTraits } from './families.js';
import { firstMigration, migrationTexts, nextMigration } from './migrations.js';
import { inPascalCase, resourceNames, type ResourceNames } from './names.js';
import { addToArray, importNames } from './source-edits.js';
import { readFields } from './resource-fields.js';
import { finish, readText } from './tree-files.js';

interface Switches {
  readonly detail?: boolean;
  readonly create?: boolean;
  readonly csv?: boolean;
}

interface ResourceOptions extends Switches {
  readonly service: string;
  /** In a path, in the plural. */
  readonly name: string;
  readonly fields: string;
  readonly singular?: string;
  /** The service's own, unless it is said. */
  readonly family?: string;
}

const templates = fileURLToPath(new URL('../../templates/resource', import.meta.url));

/**
 * Adds a resource to a service: contract, table, reader, controller, tests, and its rows in the documents. The list is
 * always there.
 *
 * @throws Error for a service that there is not, a resource that there is, and a field that can't be
 */
export default async function generateResource(tree: Tree, options: ResourceOptions): Promise<void> {
  const { service, name } = options;
  if (!tree.exists(declarationFile(service))) throw new Error(`There is no service ${service}.`);
  const names = resourceNames(name, options.singular);
  requireUnknown(tree, service, names);
  requireTables(tree, service, options.create ? ['createStamps', 'createIdempotentRequests'] : ['createStamps']);
  const family = familyOf(options.family ?? documentedFamily(tree, service));
  const { detail = false, create = false, csv = false } = options;
  const fields = readFields(options.fields);
  const number = nextMigration(tree, service);
  const migration = `${names.plural}${firstMigration + number}`;
  generateFiles(tree, templates, '.', {
    ...names,
    service,
    number,
    migration,
    fields,
    detail,
    create,
    csv,
    family: family.name,
    isOfOtherService: family.service !== service,
    imports: [
      ...new Set(['DateTimeField', 'IntegerField', 'resource', ...fields.map(({ decorator }) => decorator)]),
    ].sort((one, other) => one.localeCompare(other, 'en')),
    required: fields.find(({ isRequired }) => isRequired)?.name,
    formats: [...family.formats, ...(csv ? ['csv', 'xls'] : [])],
    capitalised: names.pluralWords.charAt(0).toUpperCase() + names.pluralWords.slice(1),
    journey: journeyOf(family, name),
    journeys: basename(journeysFolder(service)),
  });
  if (!create) tree.delete(`apps/${service}/src/${name}/${name}.service.ts`);
  enter(tree, service, names, { create, number, migration });
  addEndpointDocs(tree, service, documentation(names, family, { detail, create, csv }));
  await finish(tree);
}

/** Enters the classes of a resource where its service lists them. */
function enter(
  tree: Tree,
  service: string,
  { path, plural }: ResourceNames,
  { create, number, migration }: { create: boolean; number: number; migration: string },
): void {
  const folder = `apps/${service}/src`;
  const edit = (file: string, change: (text: string) => string): void => {
    tree.write(file, change(readText(tree, file)));
  };
  edit(`${folder}/${service}.module.ts`, (text) => {
    const kinds = ['controller', 'reader', ...(create ? ['service'] : [])];
    const classOf = (kind: string): string => plural + inPascalCase(kind);
    const imported = kinds.reduce(
      (edited, kind) => importNames(edited, [classOf(kind)], `./${path}/${path}.${kind}.js`),
      text,
    );
    const providers = kinds.filter((kind) => kind !== 'controller').map(classOf);
    return addToArray(addToArray(imported, 'controllers: [', [classOf('controller')]), 'providers: [', providers);
  });
  edit(`${folder}/${service}.app.ts`, (text) =>
    addToArray(
      importNames(text, [migration], `./migrations/${number}-${path}.js`),
      `export const ${inCamelCase(service)}Migrations = [`,
      [migration],
    ),
  );
  const index = `${contractsFolder(service)}/index.ts`;
  const lines = [
    ...(tree.exists(index) ? readText(tree, index).trim().split('\n') : []),
    `export * from './${path}.js';`,
  ];
  tree.write(index, `${lines.sort().join('\n')}\n`);
}

function documentation(
  { path, words, article, pluralWords }: ResourceNames,
  { end }: FamilyTraits,
  { detail, create, csv }: Switches,
): string[] {
  const files = csv ? '; `format=csv`, `xls`, `xlsx` for a file' : '';
  const one = `${article.toLowerCase()} ${words}`;
  return [
    `| \`GET ${path}${end}\` | ${pluralWords}: pages, \`cursor\`, filters, \`sort\`${files} |`,
    ...(create ? [`| \`POST ${path}${end}\` | adds ${one}; takes \`Idempotency-Key\` |`] : []),
    ...(detail ? [`| \`GET ${path}/{id}${end}\` | ${one} |`] : []),
  ];
}

/** Names of exports belong to all services: two alike would hide each other. */
function requireUnknown(tree: Tree, service: string, { path, singular, plural }: ResourceNames): void {
  const taken = new RegExp(`export (?:class|const) (?:${singular}|list${plural}|read${singular}|create${singular})\\b`);
  for (const folder of tree.children('libs/contracts/src'))
    for (const file of tree.children(`libs/contracts/src/${folder}`))
      if (taken.test(readText(tree, `libs/contracts/src/${folder}/${file}`)))
        throw new Error(`libs/contracts/src/${folder}/${file} has ${singular} or an endpoint of ${path} already.`);
  if (tree.exists(`apps/${service}/src/${path}`)) throw new Error(`${service} has ${path} already.`);
}

/** Tables that every resource needs; a generated service has them from its first migration on. */
function requireTables(tree: Tree, service: string, needed: readonly string[]): void {
  const migrations = migrationTexts(tree, service);
  for (const name of needed)
    if (!migrations.some((text) => text.includes(name)))
      throw new Error(`${service} has no ${name} in its migrations: write one that begins with it.`);
}
