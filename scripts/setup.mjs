// @ts-check
// Runs on the machine's own Node (20 or newer) before anything is installed: Node's built-ins only.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { constants as osConstants, homedir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Installs and builds what is missing or outdated. When nothing has changed it only reads.
 * @param {{ needsBuild?: boolean, log?: (line: string) => void }} [options]
 */
export async function setup({ needsBuild = true, log = (line) => console.error(line) } = {}) {
  const isReady = () => !needsBuild || isBuilt();
  if (isInstalled() && isReady()) {
    return;
  }
  const unlock = await lockSetup(log);
  try {
    // Another setup may have done it all while this one was waiting.
    if (!isInstalled()) {
      await install(log);
    }
    if (!isReady()) {
      await build(log);
    }
  } finally {
    await unlock();
  }
}

/** The executable of Node 24 itself: a shim between would not pass signals on. */
export function node24() {
  const manifest = createRequire(join(root, 'package.json')).resolve('node/package.json');
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** A setup that a signal has ended. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + osConstants.signals[signal];
  }
}

/** @typedef {{ dependencies?: object, scripts?: Record<string, string> }} Manifest */

// Once it has been fetched, a later build needs no network.
const pnpm = ['npx', '--yes', '--prefer-offline', 'pnpm@12.21.0'];
const modules = join(root, 'node_modules');
// node_modules is thrown away when pnpm cannot use it, and these go with it: as they should.
const installStamp = join(modules, '.matinee-install');
const buildStamp = join(modules, '.matinee-build');

/** @param {(line: string) => void} log */
async function install(log) {
  log('Installing (the first time this takes a minute) …');
  const stamp = installInputs();
  await rm(installStamp, { force: true });
  await run('Installing', [...pnpm, 'install', '--frozen-lockfile']);
  await writeFile(installStamp, stamp);
}

/** @param {(line: string) => void} log */
async function build(log) {
  log('Building …');
  const inputs = buildInputs();
  await rm(buildStamp, { force: true });
  // Turbo wants a pnpm on its PATH, which `pnpm exec` gives it.
  await run('Building', [...pnpm, 'exec', 'turbo', 'run', 'build']);
  await writeFile(buildStamp, `${inputs} ${buildOutputs()}`);
}

/**
 * Runs pnpm in silence; when it fails, everything it said is in the error.
 * @param {string} title
 * @param {string[]} args
 */
export async function runPnpm(title, args) {
  await run(title, [...pnpm, ...args]);
}

function isInstalled() {
  if (readIfThere(installStamp) !== installInputs()) {
    return false;
  }
  const folders = workspaces().filter(({ manifest }) => manifest.dependencies);
  if (!folders.every(({ folder }) => existsSync(join(folder, 'node_modules')))) {
    return false;
  }
  try {
    return existsSync(node24());
  } catch {
    return false;
  }
}

function isBuilt() {
  return readIfThere(buildStamp) === `${buildInputs()} ${buildOutputs()}`;
}

/** What decides about the content of node_modules. */
function installInputs() {
  const names = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', '.npmrc'];
  const files = names.map((name) => join(root, name)).filter((file) => existsSync(file));
  const manifests = workspaces().map(({ folder }) => join(folder, 'package.json'));
  // A folder that was copied from another machine, or elsewhere on this one, is installed again.
  return hashOf([...files, ...manifests], `${process.platform} ${process.arch} ${root}`);
}

/** What decides about the content of every dist folder: sources, configurations, packages. */
function buildInputs() {
  const files = ['turbo.json', 'tsconfig.base.json'].map((name) => join(root, name));
  for (const { folder } of built()) {
    files.push(...filesUnder(join(folder, 'src')).filter((file) => !file.endsWith('.test.ts')));
    files.push(...filesIn(folder).filter((file) => /\.(json|ts|mts|js|mjs)$/.test(file)));
  }
  return hashOf(
    files.filter((file) => existsSync(file)),
    installInputs(),
  );
}

/** The names and sizes of what was built: a file that is gone or half written is noticed. */
function buildOutputs() {
  const hash = createHash('sha256');
  for (const { folder } of built()) {
    const files = filesUnder(join(folder, 'dist'));
    if (files.length === 0) {
      return `${relative(root, folder)} is not built`;
    }
    for (const file of files) {
      hash.update(`${relative(root, file)} ${statSync(file).size}\n`);
    }
  }
  return hash.digest('hex');
}

function built() {
  return workspaces().filter(({ manifest }) => manifest.scripts?.build);
}

/**
 * The packages of the workspace, as `pnpm-workspace.yaml` names them.
 * @returns {{ folder: string, manifest: Manifest }[]}
 */
function workspaces() {
  const groups = ['packages', 'apps'].flatMap((group) =>
    entriesOf(join(root, group))
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, group, entry.name)),
  );
  return [...groups, join(root, 'bench'), join(root, 'fleet')].flatMap((folder) => {
    const text = readIfThere(join(folder, 'package.json'));
    return text === undefined ? [] : [{ folder, manifest: JSON.parse(text) }];
  });
}

/**
 * @param {string[]} files
 * @param {string} seed
 */
function hashOf(files, seed) {
  const hash = createHash('sha256').update(seed);
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`\n${relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** @param {string} folder */
function filesIn(folder) {
  const files = entriesOf(folder).filter((entry) => entry.isFile());
  return files.map((entry) => join(folder, entry.name));
}

/** @param {string} folder */
function entriesOf(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Runs a command in silence; when it fails, everything it said is in the error.
 * @param {string} title
 * @param {string[]} command
 */
async function run(title, [command = '', ...args]) {
  // A group of its own, so that a signal ends all of it: npm's processes do not pass them on.
  const child = spawn(command, args, {
    cwd: root,
    env: environment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Buffer[]} */
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  /** @type {NodeJS.Signals[]} */
  const received = [];
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    killGroup(child.pid, received.length > 0 ? 'SIGKILL' : 'SIGTERM');
    received.push(signal);
  };
  for (const signal of stopSignals) {
    process.on(signal, onSignal);
  }
  try {
    /** @type {number | null} */
    const code = await new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', done);
    });
    if (received[0]) {
      throw new Interrupted(received[0]);
    }
    if (code === 0) {
      return;
    }
    const said = Buffer.concat(output).toString().trim();
    throw new Error(`${said}\n\n${title} failed (code ${code}): ${[command, ...args].join(' ')}`);
  } finally {
    for (const signal of stopSignals) {
      process.off(signal, onSignal);
    }
  }
}

/** @type {NodeJS.Signals[]} */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
function killGroup(pid, signal) {
  try {
    if (pid !== undefined) {
      process.kill(-pid, signal);
    }
  } catch {
    // It has just ended by itself.
  }
}

function environment() {
  const env = { ...process.env };
  // `npm start` puts this folder first, and the install replaces the Node in it under npx's feet.
  const bin = join(modules, '.bin');
  env.PATH = (env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => entry !== bin)
    .join(delimiter);
  // Nothing is sent anywhere, and nothing asks: nobody sees the question.
  env.TURBO_TELEMETRY_DISABLED = '1';
  env.TURBO_NO_UPDATE_NOTIFIER = '1';
  env.DO_NOT_TRACK = '1';
  env.pnpm_config_confirm_modules_purge = 'false';
  // npm's cache, pnpm's store and their state are all found from here.
  env.HOME ||= homedirOrNothing();
  if (isWritable(env.HOME)) {
    return env;
  }
  env.HOME = join(root, '.turbo', 'home');
  for (const name of Object.keys(env)) {
    if (/^(npm_config_cache|npm_config_userconfig|pnpm_home|xdg_.*)$/i.test(name)) {
      delete env[name];
    }
  }
  return env;
}

function homedirOrNothing() {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/** @param {string} folder */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/**
 * One setup at a time in this folder; the others wait and then find everything done.
 * @param {(line: string) => void} log
 */
async function lockSetup(log) {
  // Not in node_modules, which pnpm may remove.
  const lock = join(root, '.turbo', 'setup.lock');
  await mkdir(dirname(lock), { recursive: true });
  const mine = `${process.pid} ${randomBytes(8).toString('hex')}`;
  let isWaiting = false;
  while (!(await isTaken(lock, mine))) {
    const owner = await readFile(lock, 'utf8').catch(() => undefined);
    if (owner === undefined) {
      continue;
    }
    if (await isStale(lock, owner)) {
      await removeStale(lock, owner);
      continue;
    }
    if (!isWaiting) {
      log(`Waiting for another installation (process ${Number.parseInt(owner)}) …`);
    }
    isWaiting = true;
    await delay(100);
  }
  // A sign of life, for the case that the process id means another process to those who wait.
  const heart = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), 1000);
  return async () => {
    clearInterval(heart);
    if ((await readFile(lock, 'utf8').catch(() => '')) === mine) {
      await rm(lock, { force: true });
    }
  };
}

/**
 * `link` does not replace a file, and the lock appears with its content in it.
 * @param {string} lock
 * @param {string} content
 */
async function isTaken(lock, content) {
  const draft = `${lock}-${content.replace(' ', '-')}`;
  await writeFile(draft, content);
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * @param {string} lock
 * @param {string} owner
 */
async function isStale(lock, owner) {
  const beat = await stat(lock).catch(() => undefined);
  if (beat && Date.now() - beat.mtimeMs > 20_000) {
    return true;
  }
  try {
    process.kill(Number.parseInt(owner), 0);
    return false;
  } catch (error) {
    // EPERM: it lives, as another user.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/**
 * Two may find the same stale lock: whoever moves a fresh one away puts it back.
 * @param {string} lock
 * @param {string} owner
 */
async function removeStale(lock, owner) {
  const moved = `${lock}-${randomBytes(8).toString('hex')}`;
  const isMoved = await rename(lock, moved).then(
    () => true,
    () => false,
  );
  if (!isMoved) {
    return;
  }
  if ((await readFile(moved, 'utf8')) !== owner) {
    await link(moved, lock).catch(() => {});
  }
  await rm(moved, { force: true });
}
