/**
 * Who may import whom, beyond itself: what a project's package.json lists, as far as the tags of its project.json allow it.
 * ARCHITECTURE.md says why; this file is what enforces it.
 */
const { existsSync, globSync, readFileSync } = require('node:fs');

/** Types of projects that a type may import. Testing is for tests and tools. */
const typesFor = {
  contract: ['contract', 'domain'],
  domain: ['contract', 'domain'],
  platform: ['contract', 'domain', 'platform'],
  app: ['contract', 'domain', 'platform'],
  testing: ['contract', 'domain', 'platform', 'app', 'testing'],
};

/** The services: each has a scope of its name. */
const services = globSync('apps/*/service.json', { cwd: __dirname }).map((file) => file.split('/')[1]);

/** Scopes that a scope may import beside its own. The services' share is what has a database, of which the gateway knows nothing; the simulator is no part of the house. */
const scopesFor = {
  services: ['shared'],
  gateway: ['shared'],
  tests: ['services', 'shared', 'gateway', ...services],
  ...Object.fromEntries(services.map((service) => [service, ['services', 'shared']])),
};

/** Folders of a project, each of which may import those before it. */
const layersOf = {
  'apps/gateway': ['addresses', 'credentials', 'families', 'mounts', 'limits', 'browsable-api', 'http', 'openapi'],
  'libs/messaging': ['transport', 'streaming', 'rpc', 'handlers'],
};

const read = (file) => JSON.parse(readFileSync(`${__dirname}/${file}`, 'utf8'));
const projects = globSync(['*/project.json', '*/*/project.json'], { cwd: __dirname }).map((file) => {
  const folder = file.replace('/project.json', '');
  const { tags } = read(file);
  const [scope, type] = ['scope:', 'type:'].map((kind) => tags.find((tag) => tag.startsWith(kind))?.slice(kind.length));
  if (!typesFor[type] || !scope)
    throw new Error(`${file} has to have a scope:… and a type:… that .dependency-cruiser.cjs knows.`);
  const manifest = `${folder}/package.json`;
  return {
    folder,
    scope,
    type,
    path: `^${folder}/`,
    listed: existsSync(`${__dirname}/${manifest}`) ? Object.keys(read(manifest).dependencies ?? {}) : undefined,
  };
});

const mayImport = (from, to) =>
  typesFor[from.type].includes(to.type) && [from.scope, ...(scopesFor[from.scope] ?? [])].includes(to.scope);
const lists = (from, to) =>
  from.listed === undefined || from.listed.includes(`@refundry/${to.folder.split('/').at(-1)}`);
const specs = '[.](spec|nightly|types-test)[.]ts$';
const importsOnly = (from, rule, files, isAllowed) => ({
  name: `${from.folder}-imports-only-what-its-${rule}`,
  severity: 'error',
  from: { path: from.path, ...files },
  to: {
    path: projects.map(({ path }) => path),
    pathNot: projects.filter((to) => to === from || isAllowed(from, to)).map(({ path }) => path),
  },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '([.](spec|nightly|types-test|mjs|cjs)([.]ts)?$)|main[.]ts$|/src/index[.]ts$|/jest/|/assets/docs[.]js$',
      },
      to: {},
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    ...projects.flatMap((from) => [
      importsOnly(from, 'tags-allow', { pathNot: specs }, mayImport),
      importsOnly(
        from,
        'tags-allow-specs',
        { path: `${from.path}.*${specs}` },
        (_, to) => mayImport(from, to) || to.type === 'testing',
      ),
      importsOnly(from, 'package-lists', { pathNot: specs }, lists),
    ]),
    {
      name: 'libs-have-one-door',
      severity: 'error',
      from: { path: '^(libs|apps|tools|bench|e2e)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^$1/$2/', '^libs/[^/]+/src/index[.]ts$'] },
    },
    ...Object.entries(layersOf).flatMap(([project, folders]) =>
      folders.slice(0, -1).map((folder, index) => ({
        name: `${folder}-of-${project}-imports-no-folder-above-it`,
        severity: 'error',
        from: { path: `^${project}/src/${folder}/`, pathNot: specs },
        to: { path: folders.slice(index + 1).map((above) => `^${project}/src/${above}/`) },
      })),
    ),
    {
      name: 'the-gateway-knows-no-database',
      severity: 'error',
      from: { path: '^apps/gateway/' },
      to: { path: '^libs/pagination/|node_modules/(pg|typeorm)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    // What only tests and tools need stands in the root's manifest.
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.paths.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs'],
    },
  },
};
