import { createHash } from 'node:crypto';
import { chown, readFile, rename, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { exists, readIfThere } from './files.ts';
import { foldersIn, otherFolder, run, writableFolder } from './place.ts';
import type { Place, Runner } from './place.ts';

// PostgreSQL refuses to run as root. In a user namespace root's processes carry another number
// and keep root's access to its own files, so nothing has to be copied or made readable to others.
// Where that is refused, or leads nowhere (another user's private folder is closed to a root
// without capabilities), the user `postgres` runs a copy of the binaries on a folder of its own.
export async function placeForRoot(here: Place, log: (line: string) => void): Promise<Place> {
  const elsewhere = folderElsewhere(here.dir);
  const isHere = await exists(here.cluster);
  // A cluster stays where it was made: namespaces that are allowed one day must not hide it.
  const isElsewhere = !isHere && (await exists(foldersIn(elsewhere).cluster));
  const runner = isElsewhere ? undefined : await namespaceRunnerFor(here);
  if (runner) {
    return { ...here, runner };
  }
  if (isHere) {
    throw new Error(
      `Root cannot start the database in ${here.dir}: the folder belongs to another user, or user ` +
        `namespaces are refused.\nStart as the user who created it, or choose ${otherFolder}`,
    );
  }
  const user = await postgresUser();
  await writableFolder(base, 0o755);
  await writableFolder(elsewhere);
  await chown(elsewhere, user.uid, user.gid);
  log(`PostgreSQL cannot run as root here: the user postgres runs it, its data is in ${elsewhere}`);
  const native = await copyBinaries(here.native);
  return { ...foldersIn(elsewhere), native, runner: { wrap: [], user } };
}

export async function placeForUser(here: Place): Promise<Place> {
  if (hasName()) {
    return here;
  }
  // A container that runs as a bare number: initdb refuses a user without a name.
  const runner = await namespaceRunnerFor(here);
  if (runner) {
    return { ...here, runner };
  }
  throw new Error(
    `The user ${process.geteuid?.() ?? ''} has no name on this machine, and PostgreSQL needs one.\n` +
      'Add it to /etc/passwd, start as another user, or set DATABASE_URL.',
  );
}

/** Where the user `postgres` keeps what root asked for in `dir`. */
export function folderElsewhere(dir: string): string {
  const name = basename(dir).replace(/^\.+/, '');
  return join(base, `${name}-${shortHash(dir)}`);
}

const base = '/var/lib/matinee';

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
  const uid = numbers.includes(1000) ? 1000 : (numbers[0] ?? 1000);
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

async function copyBinaries(native: string): Promise<string> {
  const version = await releaseOf(native);
  const copy = join(base, `native-${version}`);
  if (await exists(copy)) {
    return copy;
  }
  const half = `${copy}.${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await run('cp', ['-R', native, half]);
  await run('chmod', ['-R', 'a+rX', half]);
  await rename(half, copy).catch(async (error: unknown) => {
    await rm(half, { recursive: true, force: true });
    // Another server, on another data folder, has just made the same copy.
    if (!(await exists(copy))) {
      throw error;
    }
  });
  return copy;
}

/** The version of the npm package; a folder from elsewhere is known by its path. */
async function releaseOf(native: string): Promise<string> {
  const manifest: unknown = JSON.parse((await readIfThere(join(native, '../package.json'))) ?? '0');
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : shortHash(native);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
