import { execFile } from 'node:child_process';
import { appendFile, access } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { Pool } from 'pg';

const execute = promisify(execFile);
const binaries = '/usr/lib/postgresql/15/bin';
const pgbackrest = '/usr/bin/pgbackrest';

/** Names of the programs of Debian that are not installed. */
export async function missingPrograms(): Promise<string[]> {
  const programs = [`${binaries}/postgres`, pgbackrest];
  const found = await Promise.all(
    programs.map((program) =>
      access(program).then(
        () => [],
        () => [program],
      ),
    ),
  );
  return found.flat();
}

/** Whose processes they are; nobody else's than this one's if empty. */
interface Owner {
  uid?: number;
  gid?: number;
}

/** A PostgreSQL 15 of Debian and its pgBackRest, both run by the user `postgres` where root starts them. */
export class DebianPostgres {
  readonly dataDir: string;
  readonly repository: string;
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #owner: Owner;

  private constructor(folder: string, port: number, owner: Owner) {
    this.#folder = folder;
    this.#port = port;
    this.#owner = owner;
    this.dataDir = path.join(folder, 'data');
    this.repository = path.join(folder, 'repository');
    this.url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  }

  /** @param folder an empty one, which the user `postgres` gets */
  static async create(folder: string, config: string): Promise<DebianPostgres> {
    const owner: Owner = process.getuid?.() === 0 ? await idsOf('postgres') : {};
    if (owner.uid !== undefined) {
      await execute('chown', ['postgres:', folder]);
    }
    const cluster = new DebianPostgres(folder, await freePort(), owner);
    await cluster.#run('mkdir', ['-p', cluster.repository, `${folder}/log`, `${folder}/spool`]);
    await cluster.#run('cp', [config, `${folder}/pgbackrest.conf`]);
    await cluster.#run(`${binaries}/initdb`, [
      '-D',
      cluster.dataDir,
      '-U',
      'postgres',
      '--auth=trust',
      '--data-checksums',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
    ]);
    await appendFile(path.join(cluster.dataDir, 'postgresql.conf'), cluster.#settings());
    return cluster;
  }

  /** @param settings for this run of the server only */
  async start(settings: Record<string, string> = {}): Promise<void> {
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    await this.#run(`${binaries}/pg_ctl`, [
      '-D',
      this.dataDir,
      '-l',
      `${this.#folder}/postgres.log`,
      '-w',
      '-t',
      '3600',
      '-o',
      options.join(' '),
      'start',
    ]);
  }

  async stop(): Promise<void> {
    await this.#run(`${binaries}/pg_ctl`, [
      '-D',
      this.dataDir,
      '-m',
      'fast',
      '-w',
      '-t',
      '600',
      'stop',
    ]);
  }

  /** As when the disk is lost. */
  async loseData(): Promise<void> {
    await this.#run('rm', ['-rf', this.dataDir]);
  }

  async pgbackrest(...args: string[]): Promise<string> {
    return this.#run(pgbackrest, ['--stanza=matinee', ...args]);
  }

  /** Runs work without the time limits of the product's own connections. */
  async withPool<Result>(work: (pool: Pool) => Promise<Result>): Promise<Result> {
    const pool = new Pool({ connectionString: this.url, max: 2 });
    try {
      return await work(pool);
    } finally {
      await pool.end();
    }
  }

  /** Bytes on the disk. */
  async sizeOf(folder: string): Promise<number> {
    return Number((await this.#run('du', ['-sb', folder])).split('\t', 1)[0]);
  }

  async #run(program: string, args: string[]): Promise<string> {
    const { stdout } = await execute(program, args, {
      ...this.#owner,
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...this.#overrides() },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  /** The shipped configuration with the paths of this folder; PostgreSQL's own commands inherit them. */
  #overrides(): Record<string, string> {
    return {
      PGBACKREST_CONFIG: `${this.#folder}/pgbackrest.conf`,
      PGBACKREST_PG1_PATH: this.dataDir,
      PGBACKREST_PG1_PORT: String(this.#port),
      PGBACKREST_PG1_SOCKET_PATH: this.#folder,
      PGBACKREST_REPO1_PATH: this.repository,
      PGBACKREST_SPOOL_PATH: `${this.#folder}/spool`,
      PGBACKREST_LOG_PATH: `${this.#folder}/log`,
      PGBACKREST_LOCK_PATH: `${this.#folder}/lock`,
    };
  }

  #settings(): string {
    return `
listen_addresses = '127.0.0.1'
port = ${this.#port}
unix_socket_directories = '${this.#folder}'
shared_buffers = '512MB'
max_wal_size = '4GB'
random_page_cost = 1.1
jit = off
archive_mode = on
archive_command = 'pgbackrest --stanza=matinee archive-push %p'
`;
  }
}

async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const idOf = async (flag: string) => Number((await execute('id', [flag, user])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

async function freePort(): Promise<number> {
  const given = process.env['DRILL_PORT'];
  if (given !== undefined) {
    return Number(given);
  }
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
