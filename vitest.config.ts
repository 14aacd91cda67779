import { defineConfig } from 'vitest/config';
import { LongestFirst } from './vitest.sequence.ts';

const source = '@matinee/source';

export default defineConfig({
  ssr: { resolve: { conditions: [source, 'module', 'node', 'development|production'] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.{ts,tsx}',
      'apps/server/{src,test}/**/*.test.ts',
      'fleet/*.test.ts',
    ],
    globalSetup: ['vitest.setup.ts'],
    pool: 'forks',
    execArgv: [`--conditions=${source}`],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A second, which it would be, is too short for a condition on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.{ts,tsx}', 'apps/server/src/**/*.ts'],
      exclude: ['**/*.test.{ts,tsx}', 'packages/api/src/db/migrations/**'],
      reporter: ['text-summary', 'json-summary', 'json'],
      reportsDirectory: 'coverage',
      thresholds: {
        lines: 85,
        // Every branch, but for those that only a race takes.
        'packages/api/src/{auth,reservations}/**': { branches: 98 },
        'packages/api/src/seats/{booking,claims,extend,lock,seat-lock,unlock}.ts': { branches: 98 },
        'packages/api/src/{idempotency.ts,outbox/**}': { branches: 90 },
      },
    },
  },
});
