import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../src/index.ts';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from '../src/index.ts';

// An initdb takes 0.6 s on a free machine; the suite runs beside others on two cores.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dir = '';
let cleanups: (() => Promise<unknown>)[] = [];
// For root without user namespaces it is not the folder that was asked for.
const used = new Set<string>();

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'matinee-postgres-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.toReversed()) {
    await cleanup();
  }
  cleanups = [];
  for (const folder of [...used, dir]) {
    await rm(folder, { recursive: true, force: true });
  }
  used.clear();
});

test('creates a UTF8 database with checksums and answers', async () => {
  const postgres = await start();

  const [row] = await query(
    postgres.url,
    `
    SELECT current_database() AS name, length('žluť 🎬') AS length,
           current_setting('server_encoding') AS encoding,
           current_setting('data_checksums') AS checksums,
           (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS locale
  `,
  );

  expect(row).toEqual({
    name: 'matinee',
    length: 6,
    encoding: 'UTF8',
    checksums: 'on',
    locale: 'C.UTF-8',
  });
});

test('is durable, and listens on 127.0.0.1 alone', async () => {
  const postgres = await start();

  const rows = await query(
    postgres.url,
    `
    SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit',
      'full_page_writes', 'listen_addresses', 'unix_socket_directories') ORDER BY name
  `,
  );

  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  });
});

test('takes a name for the database and settings of its own', async () => {
  const postgres = await start({ database: 'Ein Kino', settings: { max_connections: '17' } });

  const [row] = await query(
    postgres.url,
    `
    SELECT current_database() AS name, current_setting('max_connections') AS connections
  `,
  );

  expect(row).toEqual({ name: 'Ein Kino', connections: '17' });
});

test('asks for a password, which only the owner can read', async () => {
  const postgres = await start();
  const wrong = new URL(postgres.url);
  wrong.password = 'wrong';

  await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  const password = await stat(join(postgres.dataDir, 'postgres.password'));
  expect(password.mode & 0o777).toBe(0o600);
});

test('keeps its data and its password from one start to the next', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();

  const second = await start();

  expect(await query(second.url, 'TABLE kept')).toEqual([{ answer: 42 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

test('leaves no process and no lock behind when it stops', async () => {
  const postgres = await start();
  const client = await connect(postgres.url);
  expect(await processesOf(postgres)).not.toEqual([]);

  await Promise.all([postgres.stop(), postgres.stop()]);

  expect(await processesOf(postgres)).toEqual([]);
  expect(await readdir(postgres.dataDir)).not.toContain('postgres.lock');
  await expect(client.query('SELECT 1')).rejects.toThrow();
});

test('starts again on the same port when the postmaster is killed', async () => {
  const log: string[] = [];
  const postgres = await start({ log: (line) => log.push(line) });
  await query(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS answer');

  process.kill(await postmasterOf(postgres), 'SIGKILL');

  await expect
    .poll(() => attempt(postgres.url, 'TABLE kept'), { timeout: 30_000 })
    .toEqual([{ answer: 42 }]);
  expect(log.join('\n')).toMatch(/ended by itself \(SIGKILL\)[^]*is running again/);
});

test('is not held up by a busy session that outlives the killed postmaster', async () => {
  const postgres = await start();
  const busy = await connect(postgres.url);
  const endless = busy.query('SELECT count(*) FROM generate_series(1, 1e12)');
  endless.catch(() => {});
  await expect
    .poll(() =>
      attempt(
        postgres.url,
        `
    SELECT count(*)::int AS active FROM pg_stat_activity WHERE query LIKE '%generate_series%'
      AND state = 'active' AND pid <> pg_backend_pid()
  `,
      ),
    )
    .toEqual([{ active: 1 }]);

  process.kill(await postmasterOf(postgres), 'SIGKILL');

  await expect(endless).rejects.toThrow();
  await expect
    .poll(() => attempt(postgres.url, 'SELECT 1 AS up'), { timeout: 30_000 })
    .toEqual([{ up: 1 }]);
});

test('stops while it is starting again', async () => {
  const log: string[] = [];
  const postgres = await start({ log: (line) => log.push(line) });
  process.kill(await postmasterOf(postgres), 'SIGKILL');
  await vi.waitFor(() => expect(log.join('\n')).toMatch(/starting it again/), { interval: 1 });

  await postgres.stop();

  expect(await processesOf(postgres)).toEqual([]);
});

test('takes the folder over from a server that was killed', async () => {
  const other = await startInOtherProcess();
  await query(other.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const orphan = await postmasterOf(other);
  await kill(other.server);

  const postgres = await start();

  expect(await query(postgres.url, 'TABLE kept')).toEqual([{ answer: 42 }]);
  expect(await processesOf(postgres)).not.toContain(orphan);
  // The orphan was shut down in order: there was nothing to recover.
  const log = await readFile(join(postgres.dataDir, 'postgres.log'), 'utf8');
  expect(log).toMatch(/was shut down at/);
});

test('takes the folder over when the killed server and its postmaster are both gone', async () => {
  const other = await startInOtherProcess();
  await query(other.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await kill(other.server);
  process.kill(await postmasterOf(other), 'SIGKILL');

  const postgres = await start();

  expect(await query(postgres.url, 'TABLE kept')).toEqual([{ answer: 42 }]);
});

test('refuses a folder that another live server uses', async () => {
  const other = await startInOtherProcess();

  await expect(start()).rejects.toThrow(
    new RegExp(`process ${other.server.pid}\\) uses the data folder[^]*DATA_DIR=`),
  );

  expect(await query(other.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
});

test('finds the database of another live server, and nothing without one', async () => {
  expect(await findEmbeddedPostgres({ dataDir: join(dir, 'missing') })).toBeUndefined();
  expect(await findEmbeddedPostgres({ dataDir: dir })).toBeUndefined();
  const other = await startInOtherProcess();

  expect(await findEmbeddedPostgres({ dataDir: dir })).toEqual({ url: other.url });

  await kill(other.server);
  // Its PostgreSQL still runs, and belongs to whoever starts next.
  expect(await query(other.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  expect(await findEmbeddedPostgres({ dataDir: dir })).toBeUndefined();
});

test('leaves a PostgreSQL alone that it cannot log in to', async () => {
  const other = await startInOtherProcess();
  await kill(other.server);
  const file = join(other.dataDir, 'postgres.password');
  const password = await readFile(file, 'utf8');
  await writeFile(file, 'another');

  const postmaster = await postmasterOf(other);
  await expect(start()).rejects.toThrow(
    new RegExp(`cannot log in to \\(process ${postmaster}\\)[^]*kill ${postmaster}`),
  );

  expect(await query(other.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  await writeFile(file, password);
});

test('lets one of many servers have a fresh folder', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => start()));

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('is not misled by a live process that has the number of the dead owner', async () => {
  const first = await start();
  await first.stop();
  const namesake = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
  cleanups.push(() => kill(namesake));
  const note = `${namesake.pid}\n${first.dataDir}/postgres\n1\n5432\n\n\n 1 1\nready   \n`;
  await writeFile(join(first.dataDir, 'postgres/postmaster.pid'), note);
  const lock = JSON.stringify({ pid: namesake.pid, started: 'long ago' });
  await writeFile(join(first.dataDir, 'postgres.lock'), lock);

  const second = await start();

  expect(await query(second.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
});

test('begins anew after an initdb that was killed in the middle', async () => {
  const first = await start();
  await first.stop();
  const { dataDir } = first;
  await rm(join(dataDir, 'postgres'), { recursive: true });
  const server = spawnServer();
  const draft = async () => {
    return (await readdir(dataDir)).find((name) => name.startsWith('postgres.init-'));
  };
  await expect.poll(draft, { interval: 5, timeout: 30_000 }).toBeDefined();
  await kill(server);
  expect(await readdir(dataDir)).not.toContain('postgres');

  const postgres = await start();

  expect(await query(postgres.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  expect(await draft()).toBeUndefined();
});

test('says which major version made the cluster when it is another', async () => {
  const first = await start();
  await first.stop();
  await writeFile(join(first.dataDir, 'postgres/PG_VERSION'), '13\n');

  await expect(start()).rejects.toThrow(/made by PostgreSQL 13; this is 1\d/);
});

test('never replaces a damaged cluster by an empty one', async () => {
  const first = await start();
  await first.stop();
  await rm(join(first.dataDir, 'postgres/global/pg_control'));

  await expect(start()).rejects.toThrow(/is damaged/);
});

test('names the folder that cannot be written', async () => {
  const file = join(dir, 'file');
  await writeFile(file, '');

  await expect(start({ dataDir: join(file, 'data') })).rejects.toThrow(
    /cannot be written \(ENOTDIR\)[^]*DATA_DIR=/,
  );
});

test('gives PostgreSQL’s own reason when it does not start, and can be tried again', async () => {
  await expect(start({ settings: { max_connections: 'many' } })).rejects.toThrow(
    /does not start: invalid value for parameter "max_connections"/,
  );

  const postgres = await start();

  expect(await query(postgres.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
});

test('creates the folder, with blanks in its name too', async () => {
  await mkdir(join(dir, 'a b'));

  const postgres = await start({ dataDir: join(dir, 'a b', 'c d') });

  expect(await query(postgres.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir: dir, ...options });
  used.add(postgres.dataDir);
  cleanups.push(() => postgres.stop());
  return postgres;
}

const program = `
  const [module, dataDir] = process.argv.slice(1);
  const { startEmbeddedPostgres } = await import(module);
  const { url, dataDir: used } = await startEmbeddedPostgres({ dataDir });
  process.send({ url, dataDir: used });
`;

function spawnServer(): ChildProcess {
  const module = new URL('../src/index.ts', import.meta.url).href;
  const args = ['--input-type=module', '-e', program, '--', module, dir];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  cleanups.push(async () => {
    await kill(server);
    // What it leaves behind belongs to this test: the next start ends it.
    await startEmbeddedPostgres({ dataDir: dir }).then((postgres) => postgres.stop());
  });
  return server;
}

async function startInOtherProcess(): Promise<Address & { server: ChildProcess }> {
  const server = spawnServer();
  const [address]: Address[] = await once(server, 'message');
  if (!address) {
    throw new Error('the other server has sent no address');
  }
  used.add(address.dataDir);
  return { ...address, server };
}

interface Address {
  url: string;
  dataDir: string;
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) {
    return;
  }
  const exit = once(server, 'exit');
  server.kill('SIGKILL');
  await exit;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  cleanups.push(() => client.end().catch(() => {}));
  return client;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** For polling while the database may be away. */
async function attempt(url: string, sql: string): Promise<unknown> {
  return query(url, sql).catch(() => 'down');
}

async function postmasterOf({ dataDir }: { dataDir: string }): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8'));
}

/** Every process of a cluster works in its folder; a zombie works nowhere. */
async function processesOf({ dataDir }: { dataDir: string }): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const folders = await Promise.all(pids.map(folderOf));
  return pids.filter((_, index) => folders[index] === join(dataDir, 'postgres'));
}

async function folderOf(pid: number): Promise<string> {
  return readlink(`/proc/${pid}/cwd`).catch(() => '');
}
