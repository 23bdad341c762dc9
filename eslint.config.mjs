import js from '@eslint/js';
import typescript from 'typescript-eslint';

export default typescript.config(
  { ignores: ['**/dist/', '**/node_modules/', '.data/', 'coverage/', '.dependency-cruiser.cjs'] },
  js.configs.recommended,
  ...typescript.configs.strictTypeChecked,
  ...typescript.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.mjs', 'tools/*.mjs'] }, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only the configuration reads the environment.' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/naming-convention': ['error', { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: false } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A handler that answers nothing is a handler of `void`.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // It asks for the assertion that another rule forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Nest and TypeORM declare their options as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Nest's modules and the contracts' field classes are classes that carry decorators.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    },
  },
  {
    files: ['**/*.spec.ts', 'e2e/**', 'deploy/**', 'bench/**', 'tools/**', 'libs/testing/**', '**/*.mjs'],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.spec.ts', '**/*.types-test.ts', 'e2e/**/*.ts', 'deploy/**/*.ts'], languageOptions: { parserOptions: { projectService: false, project: ['tsconfig.spec.json'] } } },
  {
    files: ['**/*.mjs'],
    ...typescript.configs.disableTypeChecked,
    languageOptions: { ...typescript.configs.disableTypeChecked.languageOptions, globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly' } },
    rules: { ...typescript.configs.disableTypeChecked.rules, '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    // What runs in a browser. The compiler knows what is defined there.
    files: ['apps/gateway/assets/*.js'],
    ...typescript.configs.disableTypeChecked,
    rules: { ...typescript.configs.disableTypeChecked.rules, '@typescript-eslint/explicit-module-boundary-types': 'off', 'no-undef': 'off' },
  },
);
