// A zone that isn't UTC, for all processes that tests start too: a time without an offset must not be read in the machine's zone.
process.env.TZ = 'America/New_York';

/** Sources are compiled by swc as they are imported; a library is its source, so that a test never meets a stale build. */
export default {
  rootDir: '.',
  testEnvironment: '<rootDir>/libs/testing/src/jest/spec-environment.ts',
  runtime: '<rootDir>/libs/testing/src/jest/spec-runtime.ts',
  testSequencer: '<rootDir>/libs/testing/src/jest/spec-sequencer.ts',
  testMatch: ['<rootDir>/{libs,apps,tools,bench,e2e,deploy}/**/*.spec.ts'],
  modulePathIgnorePatterns: ['/dist/', '/.data/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2024',
        },
        module: { type: 'es6' },
        sourceMaps: true,
      },
    ],
  },
  moduleNameMapper: {
    '^@refundry/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/libs/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/jest/global-teardown.ts',
  // A hang ends so, not a slow machine.
  testTimeout: 180_000,
};
