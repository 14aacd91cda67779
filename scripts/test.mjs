// @ts-check
// `npm test`: installs and builds what is missing, then everything a change has to pass.
// `npm run check` (`--quick`): the same checks, and of the tests only the unit tests.
// Runs on the machine's own Node (20 or newer); the tests themselves run on Node 24.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { node24, root, setup } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[], skips: string[] }} Count */
/** @typedef {{ name: string, env?: NodeJS.ProcessEnv, args: string[] }} TestRun */

const results = join(root, 'coverage', 'results.json');

async function main() {
  await setup();
  const path = [dirname(node24()), join(root, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  );
  const env = { ...process.env, PATH: path };
  /** @type {Count} */
  const total = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  for (const [name, script, ...args] of checks) {
    const ok = await run(name, [bin(script), ...args], env);
    total.passed += ok ? 1 : 0;
    total.failed += ok ? 0 : 1;
    total.failures.push(...(ok ? [] : [name]));
  }
  for (const testRun of process.argv.includes('--quick') ? quickRuns : fullRuns) {
    add(total, await runTests(testRun, env));
  }
  for (const skip of new Set(total.skips)) {
    console.log(`SKIPPED  ${skip}`);
  }
  for (const failure of total.failures) {
    console.log(`\nFAILED  ${failure}`);
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`Tests: ${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

const checks = /** @type {const} */ ([
  ['Types: api', 'typescript/bin/tsc', '-p', 'packages/api'],
  ['Types: sdk', 'typescript/bin/tsc', '-p', 'packages/sdk'],
  ['Types: cli', 'typescript/bin/tsc', '-p', 'packages/cli'],
  ['Types: embedded-postgres', 'typescript/bin/tsc', '-p', 'packages/embedded-postgres'],
  ['Types: server', 'typescript/bin/tsc', '-p', 'apps/server'],
  ['Types: seat picker', 'typescript/bin/tsc', '-p', 'examples/seat-picker'],
  ['Types: door', 'typescript/bin/tsc', '-p', 'examples/door'],
  ['Types: React', 'typescript/bin/tsc', '-p', 'examples/react'],
  ['Types: Next.js', 'typescript/bin/tsc', '-p', 'examples/nextjs'],
  ['Types: fleet', 'typescript/bin/tsc', '-p', 'fleet'],
  ['Types: root', 'typescript/bin/tsc', '-p', '.'],
  ['Format', 'oxfmt/bin/oxfmt', '--check'],
  ['Lint', 'oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['Dead code', 'knip/bin/knip.js'],
]);

/** @type {TestRun[]} */
const fullRuns = [
  { name: 'Tests', args: ['--coverage'] },
  {
    // The oldest supported release runs what depends on PostgreSQL most: booking and migrations.
    name: 'Tests on PostgreSQL 15',
    env: { TEST_POSTGRES: '15' },
    args: ['seats', 'showtimes', 'reservations', 'db'].map((name) => `packages/api/src/${name}/`),
  },
];

/** @type {TestRun[]} */
const quickRuns = [
  {
    name: 'Unit tests',
    args: readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src/`),
  },
];

/** @param {string} script */
function bin(script) {
  return join(root, 'node_modules', script);
}

/**
 * @param {TestRun} testRun
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Count>}
 */
async function runTests(testRun, env) {
  rmSync(results, { force: true });
  const command = [bin('vitest/vitest.mjs'), 'run', ...testRun.args];
  const ok = await run(testRun.name, command, { ...env, ...testRun.env });
  const count = readResults();
  // A run that died, or missed its coverage, has failed even if every test in it passed.
  return ok || count.failed > 0 ? count : { ...count, failed: 1, failures: [testRun.name] };
}

/** @returns {Count} */
function readResults() {
  try {
    /** @type {Results} */
    const parsed = JSON.parse(readFileSync(results, 'utf8'));
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = parsed;
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests,
      failures: testResults.flatMap(failuresOf),
      skips: testResults.flatMap(skipsOf),
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  }
}

/** @typedef {{ fullName: string, ancestorTitles: string[], status: string, failureMessages: string[] }} TestResult */
/** @typedef {{ name: string, assertionResults: TestResult[] }} FileResult */
/** @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: FileResult[] }} Results */

/**
 * Names of failed tests with the beginnings of their messages: at the end of a long output.
 * @param {FileResult} file
 */
function failuresOf({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => {
      const lines = failureMessages.join('\n').split('\n').slice(0, 20);
      return [`${relative(root, name)}: ${fullName}`, ...lines].join('\n  ');
    });
}

/**
 * Names of the groups of tests that this machine cannot run: a group is named after the program that it needs.
 * @param {FileResult} file
 */
function skipsOf({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'skipped' || status === 'pending')
    .map(({ fullName, ancestorTitles }) => {
      return `${relative(root, name)}: ${ancestorTitles.join(' ') || fullName}`;
    });
}

/**
 * @param {Count} total
 * @param {Count} count
 */
function add(total, count) {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  total.failures.push(...count.failures);
  total.skips.push(...count.skips);
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
    /** @type {NodeJS.Signals | undefined} */
    let interruption;
    /** @param {NodeJS.Signals} signal */
    const onSignal = (signal) => {
      interruption = signal;
      child.kill(signal);
    };
    for (const signal of stopSignals) {
      process.on(signal, onSignal);
    }
    child.once('error', () => resolve(false));
    child.once('exit', (code) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${name} (${seconds} s)`);
      if (interruption) {
        process.exit(128 + constants.signals[interruption]);
      }
      for (const signal of stopSignals) {
        process.off(signal, onSignal);
      }
      resolve(code === 0);
    });
  });
}

const stopSignals = /** @type {const} */ (['SIGINT', 'SIGTERM']);

process.exitCode = await main();
