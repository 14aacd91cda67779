// @ts-check
// `npm test`: installs and builds what is missing, then everything a change has to pass. Runs on the
// machine's own Node (20 or newer); the tests themselves run on Node 24.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { node24, root, setup } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

const results = join(root, 'coverage', 'results.json');

async function main() {
  await setup();
  const path = [dirname(node24()), join(root, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  );
  const env = { ...process.env, PATH: path };
  /** @type {Count} */
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, script, ...args] of checks) {
    const ok = await run(name, [bin(script), ...args], env);
    total.passed += ok ? 1 : 0;
    total.failed += ok ? 0 : 1;
  }
  add(total, await runTests('Tests', env));
  // The oldest supported release gets what depends on PostgreSQL most: booking and migrations.
  add(total, await runTests('Tests on PostgreSQL 15', { ...env, TEST_POSTGRES: '15' }, oldest));
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`Tests: ${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

const checks = /** @type {const} */ ([
  ['Types: api', 'typescript/bin/tsc', '-p', 'packages/api'],
  ['Types: sdk', 'typescript/bin/tsc', '-p', 'packages/sdk'],
  ['Types: cli', 'typescript/bin/tsc', '-p', 'packages/cli'],
  ['Types: server', 'typescript/bin/tsc', '-p', 'apps/server'],
  ['Types: example', 'typescript/bin/tsc', '-p', 'examples/seat-picker'],
  ['Types: root', 'typescript/bin/tsc', '-p', '.'],
  ['Lint', 'oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['Dead code', 'knip/bin/knip.js'],
]);

const oldest = [
  'packages/api/src/showtimes',
  'packages/api/src/reservations',
  'packages/api/src/db',
];

/** @param {string} script */
function bin(script) {
  return join(root, 'node_modules', script);
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} [files]
 * @returns {Promise<Count>}
 */
async function runTests(name, env, files = []) {
  rmSync(results, { force: true });
  const coverage = files.length === 0 ? ['--coverage'] : [];
  const ok = await run(name, [bin('vitest/vitest.mjs'), 'run', ...coverage, ...files], env);
  const count = readResults();
  // A run that died, or missed its coverage, has failed even if every test in it passed.
  return ok || count.failed > 0 ? count : { ...count, failed: 1 };
}

/** @returns {Count} */
function readResults() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
      readFileSync(results, 'utf8'),
    );
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/**
 * @param {Count} total
 * @param {Count} count
 */
function add(total, count) {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<boolean>}
 */
function run(name, args, env) {
  const began = Date.now();
  return new Promise((resolve) => {
    const child = spawn(node24(), args, { cwd: root, env, stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.once(signal, () => child.kill(signal));
    }
    child.once('error', () => resolve(false));
    child.once('exit', (code) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${name} (${seconds} s)`);
      resolve(code === 0);
    });
  });
}

process.exitCode = await main();
