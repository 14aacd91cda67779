import { defineConfig } from 'oxlint';
import { directionRules, neverImport } from './scripts/directions.ts';

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  rules: {
    'eslint/max-depth': ['error', 3],
    'eslint/max-params': ['error', 3],
    'eslint/max-lines-per-function': [
      'error',
      { max: 70, skipComments: true, skipBlankLines: true },
    ],
    // Circles of types count: a reader follows them as well.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'import/consistent-type-specifier-style': ['error', 'prefer-top-level'],
    'eslint/curly': 'error',
    'vitest/consistent-test-it': ['error', { fn: 'test', withinDescribe: 'test' }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    // Fields that the SDK documents as deprecated: our own clients do not read them.
    'typescript/no-deprecated': 'error',
    'eslint/no-await-in-loop': 'off',
    'eslint/no-underscore-dangle': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'import/no-unassigned-import': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'import/no-named-as-default-member': 'off',
    'vitest/require-to-throw-message': 'off',
    'oxc/no-async-endpoint-handlers': 'off',
    'typescript/no-base-to-string': 'off',
  },
  overrides: [
    {
      // Next.js finds pages and layouts by their default exports.
      files: ['*.config.ts', 'vitest.setup.ts', 'examples/nextjs/app/**'],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      files: ['packages/api/src/**'],
      rules: {
        'eslint/no-restricted-globals': [
          'error',
          { name: 'process', message: 'The host reads the environment.' },
        ],
      },
    },
    ...directionRules,
    neverImport(
      ['packages/sdk/src/**'],
      [
        {
          group: ['node:*', 'zod', 'express', '@mikro-orm/*'],
          message: 'The SDK runs in browsers.',
        },
      ],
    ),
    neverImport(
      ['packages/cli/src/**'],
      [
        {
          group: ['@matinee/api', '@matinee/server', 'pg', '@mikro-orm/*'],
          message: 'The command knows the SDK alone.',
        },
      ],
    ),
    neverImport(
      ['packages/embedded-postgres/**'],
      [
        {
          group: ['@matinee/*', '**/apps/**', '**/api/**'],
          message: 'The embedded PostgreSQL knows nothing of cinemas.',
        },
      ],
    ),
    {
      files: ['**/*.test.ts', '**/test/**/*.ts'],
      rules: {
        'eslint/max-lines-per-function': 'off',
        'typescript/unbound-method': 'off',
        'unicorn/no-useless-spread': 'off',
        'typescript/no-misused-spread': 'off',
        'typescript/require-array-sort-compare': 'off',
        'typescript/no-useless-default-assignment': 'off',
        'typescript/no-unnecessary-type-assertion': 'off',
        'typescript/await-thenable': 'off',
        'eslint/max-params': 'off',
        'vitest/no-conditional-expect': 'off',
      },
    },
  ],
  ignorePatterns: ['**/dist/**', 'coverage/**', 'bench/results/**', 'fleet/results/**'],
});
