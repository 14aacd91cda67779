// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Interrupted, node24, root, setup } from './setup.mjs';

/**
 * New objects have up to 32 MB. Node takes up to 134 MB on a large machine, which saves no CPU; with half as
 * much as here a request costs a tenth more: docs/operators.md, "Memory".
 */
const nodeFlags = ['--max-semi-space-size=16'];

/** What V8 makes of the sources; modules load in two thirds of the time from it. */
const compiledFolder = join(root, 'node_modules', '.cache', 'matinee-compiled');

/**
 * Sets up, runs one program of apps/server on Node 24, and ends as that program ends.
 * @param {string} entry `main`, `create-admin`, …: the name of a file in apps/server/dist
 * @param {string[]} args
 */
export async function launch(entry, args) {
  await endAs(async () => {
    await setup();
    const program = join(root, 'apps', 'server', 'dist', `${entry}.js`);
    if (!existsSync(program)) {
      throw new Error(`apps/server has no program "${entry}".`);
    }
    const { code } = await runProgram([...nodeFlags, program, ...args]);
    return code;
  });
}

/**
 * Ends this process with the exit code that `body` returns, or with the message of its error.
 * @param {() => Promise<number>} body
 */
export async function endAs(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
    if (!(error instanceof Interrupted)) {
      console.error(error instanceof Error ? error.message : String(error));
    }
  }
}

/**
 * @param {string[]} args
 * @param {AbortSignal} [ending] ends the program with SIGTERM
 * @returns {Promise<{ code: number, isInterrupted: boolean }>} the exit code, and whether this
 *   process has received a signal to stop
 */
export function runProgram(args, ending) {
  // A session of its own (`detached`): the terminal sends Ctrl-C to every process of its group,
  // and the program would get it twice, from the terminal and from here. This way all signals come
  // through this process, which passes on the first and no more.
  // The channel (`ipc`) breaks when this process is killed by a signal that it cannot pass on: the
  // program notices by its event `disconnect`.
  const child = spawn(node24(), args, {
    cwd: root,
    detached: true,
    env: { NODE_COMPILE_CACHE: compiledFolder, ...process.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let firstSignalAt = 0;
  let isHurried = false;
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    if (firstSignalAt === 0) {
      firstSignalAt = Date.now();
      child.kill(signal);
    } else if (Date.now() - firstSignalAt > echoMillis && !isHurried) {
      isHurried = true;
      console.error('Stopping immediately. The next start cleans up.');
      child.kill('SIGKILL');
    }
  };
  const onEnding = () => child.kill('SIGTERM');
  for (const signal of signals) {
    process.on(signal, onSignal);
  }
  ending?.addEventListener('abort', onEnding);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) {
        process.off(name, onSignal);
      }
      ending?.removeEventListener('abort', onEnding);
      resolve({
        code: code ?? 128 + constants.signals[signal ?? 'SIGKILL'],
        isInterrupted: firstSignalAt > 0,
      });
    });
  });
}

/** @type {NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

// npm gets the terminal's Ctrl-C too and hands it down: one key, two signals, milliseconds apart.
const echoMillis = 1000;
