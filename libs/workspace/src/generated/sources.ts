import { families } from '../generators/families.js';
import type { Files, ServiceDeclaration } from '../service-declaration.js';

type Services = readonly ServiceDeclaration[];

const maxColumns = 120;

/** The folder of a service's contracts. */
export const contractsFolder = (service: string): string => `libs/contracts/src/${service}`;

/** The folder of a service's journeys, named as the family that it answers. */
export const journeysFolder = (service: string): string =>
  `e2e/${families.find((family) => family.service === service)?.name ?? service}`;

/** The names of services for the compiler. */
export const serviceNamesFile = (services: Services): string =>
  `// Made by \`npm run generate\` of apps/*/service.json.

/** The services, in the order of their ports. */
${inLines(
  'export const serviceNames = [',
  services.map(({ name }) => `'${name}'`),
  '] as const;',
)}

export type ServiceName = (typeof serviceNames)[number];
`;

/** The regions of the door of the contracts. A service has contracts from its first endpoint on. */
export function contractsRegions(files: Files, services: Services): Record<string, string> {
  const names = services
    .map(({ name }) => name)
    .filter((name) => files.exists(`${contractsFolder(name)}/index.ts`))
    .sort();
  return {
    imports: names.map((name) => `import * as ${inCamelCase(name)} from './${name}/index.js';`).join('\n'),
    exports: names.map((name) => `export * from './${name}/index.js';`).join('\n'),
    services: inLines('const services: readonly object[] = [', names.map(inCamelCase), '];'),
  };
}

/** A tsconfig that refers to the projects of all services, and to none that there is no more. */
export function withReferences(files: Files, text: string, services: Services, file = ''): string {
  const config = JSON.parse(text) as { references: { path: string }[] };
  const isThere = (path: string): boolean => files.exists(path.split('/').slice(0, 2).join('/'));
  const kept = config.references.filter(({ path }) => !path.startsWith('apps/') || isThere(path));
  const added = services
    .map(({ name }) => `apps/${name}${file}`)
    .filter((path) => kept.every((reference) => reference.path !== path));
  const lastApp = kept.findLastIndex(({ path }) => path.startsWith('apps/'));
  const references = [...kept.slice(0, lastApp + 1), ...added.map((path) => ({ path })), ...kept.slice(lastApp + 1)];
  return `${JSON.stringify({ ...config, references }, null, 2)}\n`;
}

/** The project of the journeys, which any app may break. */
export function withDependencies(text: string, services: Services): string {
  const names = ['gateway', ...services.map(({ name }) => name), 'omnitron-simulator', 'tools', 'deploy'];
  return text.replace(
    /("implicitDependencies": \[)[^\]]*\]/,
    (_, begin: string) => `${begin}\n${names.map((name) => `    "${name}"`).join(',\n')}\n  ]`,
  );
}

/** GitHub's file of the teams that review a change. */
export function codeOwners(files: Files, services: Services): string {
  const owned = services.flatMap(({ name, owner }) =>
    [`apps/${name}`, contractsFolder(name), journeysFolder(name)]
      .filter((folder) => files.exists(folder))
      .map((folder) => `/${folder}/ ${owner}`),
  );
  return ['# Made by `npm run generate` of apps/*/service.json.', '* @refundry/platform', ...owned, ''].join('\n');
}

/** Prettier's own breaks: one line where it fits, or a line for each item. */
function inLines(begin: string, items: readonly string[], end: string): string {
  const line = begin + items.join(', ') + end;
  return line.length <= maxColumns ? line : [begin, ...items.map((item) => `  ${item},`), end].join('\n');
}

/** `supplier-refund` as the name of a variable. */
export const inCamelCase = (name: string): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
