import { fileURLToPath } from 'node:url';
import { generateFiles, readJson, writeJson, type Tree } from '@nx/devkit';
import { inCamelCase } from '../generated/sources.js';
import { declarationFile, type ServiceDeclaration } from '../service-declaration.js';
import { contractEvent } from './contract-events.js';
import { inPascalCase, requireKebabCase } from './names.js';
import { firstMigration, migrationTexts, nextMigration } from './migrations.js';
import { lockApp } from './package-lock.js';
import { addToArray, importNames, replacePiece } from './source-edits.js';
import { finish, readText } from './tree-files.js';

interface ConsumerOptions {
  /** The service that consumes. */
  readonly service: string;
  /** The service that publishes. */
  readonly of: string;
  /** The type of its events. */
  readonly type: string;
  /** That of the type, unless it is said. */
  readonly name?: string;
}

const templates = fileURLToPath(new URL('../../templates/consumer', import.meta.url));
const library = '@refundry/inbox';

/**
 * Adds a consumer of another service's events to a service: its permission on NATS, its table, a handler that is typed
 * by the events' contract, and a spec.
 *
 * @throws Error for a service or a type that there is not, and for a name that is taken
 */
export default async function generateConsumer(
  tree: Tree,
  { service, of: publisher, type, name = type.replaceAll(/[._]/g, '-') }: ConsumerOptions,
): Promise<void> {
  if (!tree.exists(declarationFile(service))) throw new Error(`There is no service ${service}.`);
  requireKebabCase(name);
  const event = contractEvent(publisher, type);
  if (tree.exists(`apps/${service}/src/consumers/${name}.consumer.ts`))
    throw new Error(`${service} has a consumer ${name} already.`);
  const number = nextMigration(tree, service);
  const className = `${inPascalCase(name)}Consumer`;
  const migration = `${inPascalCase(name)}${firstMigration + number}`;
  const [root = ''] = event.expression.split(/[.[]/);
  const isFirst = !migrationTexts(tree, service).some((text) => text.includes('createInbox'));
  generateFiles(tree, templates, '.', {
    ...event,
    service,
    publisher,
    name,
    number,
    className,
    migration,
    root,
    isFirst,
    table: name.replaceAll('-', '_'),
    imports: [root, `type ${event.content}`].sort((one, other) => nameIn(one).localeCompare(nameIn(other), 'en')),
    serviceClass: inPascalCase(service),
  });
  declare(tree, service, publisher, type);
  depend(tree, service);
  enterInModule(tree, service, name, className);
  enterInApp(tree, service, { name, number, migration, isFirst });
  await finish(tree);
}

const nameIn = (imported: string): string => imported.replace('type ', '');

/** NATS permits what the declaration names. */
function declare(tree: Tree, service: string, publisher: string, type: string): void {
  const declaration = readJson<Partial<ServiceDeclaration>>(tree, declarationFile(service));
  const types = new Set([...(declaration.consumes?.[publisher] ?? []), type]);
  writeJson(tree, declarationFile(service), {
    ...declaration,
    consumes: { ...declaration.consumes, [publisher]: [...types].sort() },
  });
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface TypeScriptConfig {
  readonly references: readonly { readonly path: string }[];
}

/** Makes the library a dependency of the app. */
function depend(tree: Tree, service: string): void {
  const manifest = readJson<Manifest>(tree, `apps/${service}/package.json`);
  if (library in manifest.dependencies) return;
  const dependencies = Object.entries({ ...manifest.dependencies, [library]: '0.1.0' });
  writeJson(tree, `apps/${service}/package.json`, {
    ...manifest,
    dependencies: Object.fromEntries(dependencies.sort(([one], [other]) => one.localeCompare(other, 'en'))),
  });
  const config = readJson<TypeScriptConfig>(tree, `apps/${service}/tsconfig.json`);
  const references = [...config.references, { path: '../../libs/inbox' }];
  writeJson(tree, `apps/${service}/tsconfig.json`, {
    ...config,
    references: references.sort((one, other) => one.path.localeCompare(other.path, 'en')),
  });
  lockApp(tree, service);
}

function enterInModule(tree: Tree, service: string, name: string, className: string): void {
  const file = `apps/${service}/src/${service}.module.ts`;
  const text = importNames(readText(tree, file), [className], `./consumers/${name}.consumer.js`);
  tree.write(file, addToArray(...placeInModule(text, service, className)));
}

/** The module's text, the array that the consumer belongs to, and how it is written there. */
function placeInModule(text: string, service: string, className: string): [string, string, string[]] {
  if (text.includes('InboxModule')) return [text, 'consumers: [', [className]];
  const connected = text.includes('natsUrl,')
    ? text
    : replacePiece(text, 'static with({ databaseUrl }', 'static with({ databaseUrl, natsUrl }');
  const module = `InboxModule.forRoot({ service: '${service}', natsUrl, consumers: [${className}] })`;
  return [importNames(connected, ['InboxModule'], library), 'imports: [', [module]];
}

interface Entry {
  readonly name: string;
  readonly number: number;
  readonly migration: string;
  readonly isFirst: boolean;
}

function enterInApp(tree: Tree, service: string, { name, number, migration, isFirst }: Entry): void {
  const file = `apps/${service}/src/${service}.app.ts`;
  const migrations = `export const ${inCamelCase(service)}Migrations = [`;
  const text = addToArray(
    importNames(readText(tree, file), [migration], `./migrations/${number}-${name}.js`),
    migrations,
    [migration],
  );
  tree.write(file, isFirst ? watched(text) : text);
}

/** An app that says whether it can read its publishers' logs, and how much waits in its inbox. */
function watched(text: string): string {
  const isReady = 'inbox: app.get(InboxReader).isReady';
  const ready = text.includes('readiness: (app) => ({')
    ? replacePiece(text, 'readiness: (app) => ({', `readiness: (app) => ({ ${isReady},`)
    : replacePiece(text, '\n});', `\n  readiness: (app) => ({ ${isReady} }),\n});`);
  const measured = ready.includes('metrics: (app) => [')
    ? addToArray(ready, 'metrics: (app) => [', ['...app.get(InboxMeasures).all'])
    : replacePiece(ready, '\n});', '\n  metrics: (app) => [...app.get(InboxMeasures).all],\n});');
  return importNames(measured, ['InboxMeasures', 'InboxReader'], library);
}
