/** Who may import whom. ARCHITECTURE.md says why; this file is what enforces it. */
const lib = (name) => `^libs/${name}/`;
/** `name` may import, of ours, itself and `allowed` only. */
const onlyImports = (name, allowed) => ({
  name: `${name}-imports-only-what-it-may`,
  severity: 'error',
  from: { path: lib(name), pathNot: '[.](spec|types-test)[.]ts$' },
  to: { path: '^(libs|apps|tools|bench|e2e)/', pathNot: [name, ...allowed].map(lib) },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '([.](spec|types-test|mjs|cjs)([.]ts)?$)|main[.]ts$|/src/index[.]ts$|/jest/|/assets/docs[.]js$' }, to: {} },
    { name: 'no-unlisted-packages', severity: 'error', from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] } },
    onlyImports('resource', []),
    onlyImports('auth', []),
    onlyImports('contracts', ['resource', 'auth']),
    onlyImports('pagination', ['resource']),
    onlyImports('messaging', ['resource', 'auth', 'pagination']),
    onlyImports('provisioning', ['resource']),
    onlyImports('persistence', ['resource', 'pagination', 'provisioning']),
    onlyImports('jobs', ['resource', 'messaging', 'persistence', 'pagination']),
    onlyImports('service', ['resource', 'auth', 'messaging']),
    onlyImports('testing', ['provisioning']),
    { name: 'apps-do-not-import-apps', severity: 'error', from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    { name: 'libs-have-one-door', severity: 'error', from: { path: '^(libs|apps|tools|bench|e2e)/([^/]+)/' }, to: { path: '^libs/([^/]+)/src/', pathNot: ['^$1/$2/', '^libs/[^/]+/src/index[.]ts$'] } },
    { name: 'the-gateway-knows-no-database', severity: 'error', from: { path: '^apps/gateway/' }, to: { path: '(^libs/(persistence|pagination)/)|(node_modules/(pg|typeorm)/)' } },
    { name: 'the-simulator-is-no-part-of-the-house', severity: 'error', from: { path: '^apps/omnitron-simulator/' }, to: { path: '^(libs|tools|bench|e2e)/' } },
    { name: 'testing-is-for-tests-and-tools', severity: 'error', from: { path: '^(apps|libs)/', pathNot: '([.]spec[.]ts$)|^libs/testing/' }, to: { path: lib('testing') } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    // What only tests and tools need stands in the root's manifest.
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.paths.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'], extensions: ['.ts', '.js', '.mjs', '.cjs'] },
  },
};
