import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import {
  applyZoneData,
  consequences,
  createApp,
  migrate,
  OutboxWorker,
  seedDemo,
} from '@matinee/api';
import {
  brokenInvariants,
  callerOf,
  createTestApp,
  databaseUrl,
  onServer,
  testConfig,
} from '@matinee/api/testing';
import type { TestApp } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { Manifest, readBackup, tablesLeftOut } from '../src/backup-format.ts';
import { writeBackup } from '../src/backup.ts';
import { openDatabase } from '../src/database.ts';
import { readEnvironment, toConfig } from '../src/environment.ts';
import { DiskStore } from '../src/posters/store-disk.ts';
import { restoreBackup } from '../src/restore.ts';
import { compiled } from './compiled.ts';
import { startBucket } from './poster-stores.ts';

const log = { error: () => {}, warn: () => {}, debug: () => {}, info: () => {} };
const { signal } = new AbortController();
const password = 'restored-password';
const buyer = 'zoe@example.org';
const poster = 'aa0e5a30-0000-4000-8000-000000000001.png';

let source: TestApp;
let folder = '';
let cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  source = await createTestApp();
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-backup-'));
  await mkdir(path.join(folder, 'uploads'));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
  await rm(folder, { recursive: true, force: true });
  await source.close();
});

const uploads = () => path.join(folder, 'uploads');
const backupDir = () => path.join(folder, 'backup');
const backUp = (dir = backupDir()) =>
  writeBackup({ url: source.databaseUrl, posters: new DiskStore(uploads()) }, dir, signal);

async function restore(url: string, uploadDir = path.join(folder, 'restored-uploads')) {
  const backup = { dir: backupDir(), manifest: await readBackup(backupDir()) };
  return restoreBackup(
    backup,
    { config: testConfig(url), posters: new DiskStore(uploadDir) },
    signal,
  );
}

/** A database without a table, as `createdb` makes it. */
async function newDatabase(): Promise<string> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const query = (sql: string) => onServer(server, (client) => client.query(sql));
  await query(`create database ${name}`);
  cleanups.push(() => query(`drop database ${name} with (force)`));
  return databaseUrl(server, name);
}

async function rowsOf<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Every row of every table, as text. */
async function contentOf(url: string): Promise<Record<string, string[]>> {
  const tables = await rowsOf<{ name: string }>(
    url,
    `select table_name as name from information_schema.tables
     where table_schema = 'public' order by 1`,
  );
  const content: Record<string, string[]> = {};
  for (const { name } of tables) {
    const all = `select t::text as row from ${name} t order by 1`;
    content[name] = (await rowsOf<{ row: string }>(url, all)).map(({ row }) => row);
  }
  return content;
}

function withoutLeftOut(content: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(content).filter(([name]) => !tablesLeftOut.includes(name)),
  );
}

/** A row for each table of money, of a sale that is there: what they mean does not matter here. */
const moneyRows = `
  with sold as (
    select r.*, rs.seat_id from reservations r join reservation_seats rs on rs.reservation_id = r.id
    where r.status = 'cancelled' limit 1),
  paid as (
    insert into payments (id, theater_id, showtime_id, reservation_id, status, amount, currency)
    select gen_random_uuid(), theater_id, showtime_id, id, 'cancelled', 9.99, currency from sold
    returning id),
  returned as (
    insert into refunds (id, payment_id, amount, currency, status, cause)
    select gen_random_uuid(), id, 1.00, 'USD', 'failed', 'goodwill' from paid),
  event as (insert into provider_events (provider, event_id, kind) values ('stripe', 'evt', 'x')),
  incident as (
    insert into incidents (id, kind, key, payment_id, data)
    select gen_random_uuid(), 'dispute', 'x', id, '{"amount": "1.00"}' from paid),
  entry as (
    insert into reservation_log (id, theater_id, showtime_id, reservation_id, kind)
    select gen_random_uuid(), theater_id, showtime_id, id, 'refunded' from sold),
  list as (
    insert into price_lists (id, list_id, version, name, currency, default_type_id)
    values (gen_random_uuid(), gen_random_uuid(), 1, 'Weekdays', 'USD',
      '00000000-0000-7000-8000-000000000001') returning id),
  drawer as (
    insert into shifts (id, site_id, operator_id, float)
    select gen_random_uuid(), '00000000-0000-7000-8000-000000000002', user_id, 100 from sold),
  role as (
    insert into site_roles (id, user_id, role) select gen_random_uuid(), user_id, 'gate' from sold),
  block as (
    insert into seat_blocks (id, theater_id, showtime_id, kind, actor_id)
    select gen_random_uuid(), theater_id, showtime_id, 'house', user_id from sold),
  scan as (
    insert into check_ins (id, nonce, result, device_id, scanned_at)
    values (gen_random_uuid(), 'x', 'refused', 'phone', clock_timestamp()))
  insert into price_list_items (price_list_id, ticket_type_id, seat_type, price)
  select id, '00000000-0000-7000-8000-000000000001', 'vip', 12.50 from list`;

/** What is sent to programs and addresses. */
const messageRows = String.raw`
  with account as (
    insert into users (id, email, password_hash, role)
    values (gen_random_uuid(), 'a key', 'none', 'guest') returning id),
  key as (
    insert into api_keys (id, name, digest, ending, scopes)
    select id, 'Kiosk', decode('00ff', 'hex'), 'abcdef', '{sell,read}' from account),
  endpoint as (
    insert into webhook_endpoints (id, url, events)
    values (gen_random_uuid(), 'https://hooks.example.com', '{*}') returning id),
  secret as (
    insert into webhook_secrets (id, endpoint_id, sealed)
    select gen_random_uuid(), id, 'sealed' from endpoint),
  attempt as (
    insert into webhook_attempts (id, delivery_id, duration_ms, status)
    select gen_random_uuid(), id, 12, 500 from deliveries limit 1),
  refused as (
    insert into refused_addresses (address, refused_at, refusal)
    values ('full@example.com', clock_timestamp(), '552 5.2.2 Mailbox "full"'))
  insert into unsubscribed_addresses (address, unsubscribed_at)
  values ('quiet@example.com', clock_timestamp())`;

/** Something in every table, and texts that a careless copy would change. */
async function fillSource() {
  await seedDemo(source.app);
  const { app } = source;
  const { accessToken } = await callerOf(app).auth.register({
    email: buyer,
    password,
    firstName: 'Zoë',
    lastName: null,
  });
  // As a version stored it that took any characters.
  await app.pool.query('update users set first_name = $1 where email = $2', [
    'Zoë "\\N" \t\\',
    buyer,
  ]);
  const { items } = await callerOf(app).showtimes.list({ limit: 20 });
  const showtimeId = items.at(-1)?.id ?? '';
  const { seats } = await callerOf(app).showtimes.seats({ showtimeId });
  const free = seats.filter(({ status }) => status === 'available').map(({ id }) => id);
  const call = callerOf(app, { token: accessToken, key: 'key-1' });
  const locked = await call.showtimes.lockSeats({ showtimeId, seatIds: free.slice(0, 3) });
  const without = callerOf(app, { token: accessToken });
  const bought = { showtimeId, seatIds: free.slice(3, 4) };
  await without.showtimes.lockSeats(bought);
  await without.reservations.create(bought);
  await new OutboxWorker(app, consequences).round();
  await app.pool.query(
    `update movies set poster_url = $1, description = $2 where title = 'Metropolis'`,
    [`/uploads/${poster}`, 'Line one\nline two\r\n\ttabbed \\ "quoted", and 🎬'],
  );
  await app.pool.query(`insert into rate_limits (key, points) values ('login:x', 3)`);
  await app.pool.query(
    String.raw`insert into past_layouts (theater_id, until, seats)
     select id, clock_timestamp(), '[{"rowLabel": "Ä \\ \" \n"}]' from theaters limit 1`,
  );
  await app.pool.query(
    `insert into movie_pairs select a.id, b.id, 5, 0.5 from movies a, movies b where a.id <> b.id limit 1
     on conflict do nothing`,
  );
  await app.pool.query(
    `insert into movie_popularity select s.id, m.id, 3 from sites s, movies m limit 1`,
  );
  await app.pool.query(moneyRows);
  await app.pool.query(messageRows);
  await applyZoneData(app, '2026c');
  await writeFile(path.join(uploads(), poster), Buffer.from([0, 255, 10, 13, 92, 46]));
  return { locked };
}

/** Rewrites a file of the backup, and the sums after it, as someone who wants to deceive would. */
async function forgeManifest(change: (manifest: Manifest) => void): Promise<void> {
  const file = path.join(backupDir(), 'manifest.json');
  const manifest = Manifest.parse(JSON.parse(await readFile(file, 'utf8')));
  change(manifest);
  const forged = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(file, forged);
  const sums = path.join(backupDir(), 'SHA256SUMS');
  const lines = (await readFile(sums, 'utf8')).split('\n').slice(1);
  const own = createHash('sha256').update(forged).digest('hex');
  await writeFile(sums, [`${own}  manifest.json`, ...lines].join('\n'));
}

test('restores every row and every poster into a new database', async () => {
  await fillSource();
  const target = await newDatabase();

  await backUp();
  const { skippedTables, migrated } = await restore(target);

  const before = await contentOf(source.databaseUrl);
  const after = await contentOf(target);
  expect(withoutLeftOut(after)).toEqual(withoutLeftOut(before));
  expect(Object.entries(withoutLeftOut(after)).filter(([, rows]) => rows.length === 0)).toEqual([]);
  expect({ skippedTables, migrated }).toEqual({ skippedTables: [], migrated: [] });
  expect(await readFile(path.join(folder, 'restored-uploads', poster))).toEqual(
    await readFile(path.join(uploads(), poster)),
  );
});

test('the masters of a bucket are backed up without their widths, and restored into another', async () => {
  await fillSource();
  const [from, to] = [await startBucket(), await startBucket()];
  cleanups.push(
    () => from.close(),
    () => to.close(),
  );
  const picture = Buffer.from([0, 255, 10, 13, 92, 46]);
  await from.store.put(poster, picture);
  await from.store.put(`${poster}.w320.avif`, picture);
  const target = await newDatabase();

  const backup = { url: source.databaseUrl, posters: from.store };
  const manifest = await writeBackup(backup, backupDir(), signal);
  expect(manifest.posters.map(({ name }) => name)).toEqual([poster]);
  const files = { dir: backupDir(), manifest: await readBackup(backupDir()) };
  await restoreBackup(files, { config: testConfig(target), posters: to.store }, signal);

  expect(await to.names()).toEqual([poster]);
  expect(await to.read(poster)).toEqual(picture);
});

test('puts nothing beside the posters, whatever a backup says', async () => {
  await fillSource();
  await backUp();
  await forgeManifest(({ posters: [first] }) =>
    Object.assign(first ?? {}, { name: '../evil.png' }),
  );
  await expect(restore(await newDatabase())).rejects.toThrow(/a name that posters do not have/);
  expect(await readdir(folder)).toEqual(['backup', 'uploads']);
});

test('restores into a migrated database that is empty', async () => {
  await fillSource();
  const target = await createTestApp();
  cleanups.push(() => target.close());

  await backUp();
  await restore(target.databaseUrl);

  const before = withoutLeftOut(await contentOf(source.databaseUrl));
  expect(withoutLeftOut(await contentOf(target.databaseUrl))).toEqual(before);
});

test('ends every session, keeps what a repeated request needs, and sells on', async () => {
  const { locked } = await fillSource();
  const { accessToken } = await callerOf(source.app).auth.login({ email: buyer, password });
  const target = await newDatabase();
  await backUp();
  await restore(target);

  const app = await createApp(testConfig(target), { log });
  cleanups.push(() => app.close());

  await expect(callerOf(app, { token: accessToken }).auth.me()).rejects.toThrow(/not valid/);
  const again = await callerOf(app).auth.login({ email: buyer, password });
  const call = callerOf(app, { token: again.accessToken });
  const [held] = await call.reservations.listLocks();
  const seatIds = held?.seats.map(({ id }) => id) ?? [];
  const showtimeId = held?.showtime.id ?? '';
  // The lock was taken with this key before the backup: it is answered, not done again.
  const repeated = callerOf(app, { token: again.accessToken, key: 'key-1' });
  expect(await repeated.showtimes.lockSeats({ showtimeId, seatIds })).toEqual(locked);
  await call.reservations.create({ showtimeId, seatIds });
  expect(await brokenInvariants(app.pool)).toEqual({});
});

test('is of one moment: what is committed meanwhile is in it whole or not at all', async () => {
  await fillSource();
  const { pool } = source.app;
  // Moves a movie's genre and a theater's name together, again and again.
  const moving = new AbortController();
  const mover = (async () => {
    for (let step = 1; !moving.signal.aborted; step += 1) {
      await pool.query(
        `with m as (update movies set genre = $1 where title = 'Metropolis')
         update theaters set name = $1 where name like 'Mission Court%' or name like 'Step %'`,
        [`Step ${step}`],
      );
    }
  })();

  await backUp();
  moving.abort();
  await mover;

  const target = await newDatabase();
  await restore(target);
  const [movie] = await rowsOf(target, `select genre as at from movies where title = 'Metropolis'`);
  const [theater] = await rowsOf(target, `select name as at from theaters where name ~ '^Step'`);
  expect(theater).toEqual(movie);
});

test('writes sums that sha256sum understands, readable by the owner alone', async () => {
  await fillSource();
  const manifest = await backUp();

  const sums = await readFile(path.join(backupDir(), 'SHA256SUMS'), 'utf8');
  const lines = sums
    .trim()
    .split('\n')
    .map((line) => line.split('  ') as [string, string]);
  for (const [sum, name] of lines) {
    const content = await readFile(path.join(backupDir(), name));
    const found = createHash('sha256').update(content).digest('hex');
    expect({ name, sum: found }).toEqual({ name, sum });
  }
  expect(lines).toHaveLength(1 + manifest.tables.length + 1);
  expect((await stat(backupDir())).mode & 0o777).toBe(0o700);
  expect(await readdir(folder)).toEqual(['backup', 'uploads']);
});

test('refuses a backup in which a file was changed, and writes nothing', async () => {
  await fillSource();
  const target = await newDatabase();
  await backUp();
  const file = path.join(backupDir(), 'tables/reservations.copy');
  const content = await readFile(file, 'utf8');
  await writeFile(file, content.replace('confirmed', 'cancelled'));

  await expect(restore(target)).rejects.toThrow(/has been changed: tables\/reservations\.copy\./);

  expect(await contentOf(target)).toEqual({});
});

test('refuses a manifest that was changed, and a folder that is no backup', async () => {
  await backUp();
  const file = path.join(backupDir(), 'manifest.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"rows": 0', '"rows": 1'));
  const target = await newDatabase();

  await expect(restore(target)).rejects.toThrow(/has been changed: manifest\.json/);
  await writeFile(file, '{}');
  await expect(restore(target)).rejects.toThrow(/manifest\.json is damaged/);
  await rm(file);
  await expect(restore(target)).rejects.toThrow(/is not a backup/);
});

test('refuses a backup with a migration that this version does not know', async () => {
  await backUp();
  await forgeManifest((manifest) => manifest.migrations.push('2999-01-01-later'));

  const target = await newDatabase();
  await expect(restore(target)).rejects.toThrow(/made by Matinee .*not know: 2999-01-01-later/);

  expect(await contentOf(target)).toEqual({});
});

test('takes everything back when the content does not fit the schema', async () => {
  await fillSource();
  await backUp();
  const target = await createTestApp();
  cleanups.push(() => target.close());
  const before = await contentOf(target.databaseUrl);
  await forgeManifest(({ tables }) => {
    const claims = tables.filter(({ name }) => name === 'seat_claims');
    claims.forEach((table) => (table.rows += 1));
  });

  await expect(restore(target.databaseUrl)).rejects.toThrow(/seat_claims has \d+ rows instead of/);

  expect(await contentOf(target.databaseUrl)).toEqual(before);
  expect(await readdir(folder)).not.toContain('restored-uploads');
});

test('refuses a database that has anything in it', async () => {
  await fillSource();
  await backUp();
  const before = await contentOf(source.databaseUrl);
  const foreign = await newDatabase();
  await rowsOf(foreign, 'create table somebody_elses (id int)');

  await expect(restore(source.databaseUrl)).rejects.toThrow(/not empty: it has .*movies/);
  await expect(restore(foreign)).rejects.toThrow(/not empty: it has tables \(somebody_elses\)/);

  expect(await contentOf(source.databaseUrl)).toEqual(before);
  expect(Object.keys(await contentOf(foreign))).toEqual(['somebody_elses']);
});

/** What a starting server does with its database. */
async function startServer(url: string): Promise<'seeded' | 'present'> {
  const config = testConfig(url);
  await migrate(config.database);
  const app = await createApp(config, { log });
  try {
    return await seedDemo(app);
  } finally {
    await app.close();
  }
}

test('at once with the start of a server it restores everything or is refused', async () => {
  await fillSource();
  await backUp();
  const before = withoutLeftOut(await contentOf(source.databaseUrl));
  for (let round = 1; round <= 3; round += 1) {
    const target = await newDatabase();

    const [restored, started] = await Promise.allSettled([restore(target), startServer(target)]);

    const isRestored = restored.status === 'fulfilled';
    const refusal = isRestored ? 'Error: The database is not empty: it has' : restored.reason;
    expect(String(refusal)).toMatch(/^Error: The database is not empty: it has/);
    const outcome = isRestored ? 'present' : 'seeded';
    expect(started).toEqual({ status: 'fulfilled', value: outcome });
    const after = withoutLeftOut(await contentOf(target));
    expect(isDeepStrictEqual(after, before)).toBe(isRestored);
  }
});

test('is waited for by a server that starts in the middle, which then adds nothing', async () => {
  await fillSource();
  await backUp();
  const target = await createTestApp();
  cleanups.push(() => target.close());
  const waiting = () =>
    rowsOf(
      target.databaseUrl,
      `select mode from pg_locks where not granted and database =
         (select oid from pg_database where datname = current_database())`,
    );
  const holder = new Client({ connectionString: target.databaseUrl });
  await holder.connect();
  cleanups.push(() => holder.end());
  await holder.query('begin');
  await holder.query('lock table reservations in row exclusive mode');

  const restored = restore(target.databaseUrl);
  await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1);
  const started = startServer(target.databaseUrl);
  await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(2);
  await holder.query('rollback');

  const [, outcome] = await Promise.all([restored, started]);
  expect(outcome).toBe('present');
  const before = withoutLeftOut(await contentOf(source.databaseUrl));
  expect(withoutLeftOut(await contentOf(target.databaseUrl))).toEqual(before);
});

test('refuses a folder with something in it, and leaves no half backup behind', async () => {
  await mkdir(backupDir());
  await writeFile(path.join(backupDir(), 'note'), 'mine');
  await expect(backUp()).rejects.toThrow(/is not empty/);
  expect(await readdir(backupDir())).toEqual(['note']);

  const empty = await newDatabase();
  const other = path.join(folder, 'other');
  const attempt = writeBackup({ url: empty, posters: new DiskStore(uploads()) }, other, signal);
  await expect(attempt).rejects.toThrow(/has never used this database/);
  const from = { url: source.databaseUrl, posters: new DiskStore(uploads()) };
  const stopped = AbortSignal.abort(new Error('Interrupted.'));
  await expect(writeBackup(from, other, stopped)).rejects.toThrow('Interrupted.');
  expect(await readdir(folder)).toEqual(['backup', 'uploads']);
});

test('keeps a backup of which a poster is missing, and names it', async () => {
  await fillSource();
  await rm(path.join(uploads(), poster));

  const manifest = await backUp();

  expect(manifest).toMatchObject({ posters: [], missingPosters: [poster] });
  await restore(await newDatabase());
});

test('does not replace another file in the upload folder', async () => {
  await fillSource();
  await backUp();
  await writeFile(path.join(uploads(), poster), 'another picture');
  const target = await newDatabase();

  await expect(restore(target, uploads())).rejects.toThrow(/There is a different aa0e5a30/);

  expect(await contentOf(target)).toEqual({});
  expect(await readFile(path.join(uploads(), poster), 'utf8')).toBe('another picture');
});

// --- The commands, with the embedded database. ---

async function run(program: string, args: string[], env: Record<string, string>) {
  const file = path.join(import.meta.dirname, `../src/${program}.ts`);
  const child = spawn(process.execPath, ['--conditions=@matinee/source', file, ...args], {
    env: { PATH: process.env['PATH'], ...compiled, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, out, err };
}

test('the commands back up beside a running server and restore elsewhere', async () => {
  const env = { DATA_DIR: path.join(folder, 'data'), UPLOAD_DIR: uploads() };
  const environment = readEnvironment(env);
  const server = await openDatabase(environment);
  cleanups.push(() => server.stop());
  const config = toConfig(environment, { database: server, version: '0.0.0' });
  await migrate(config.database);
  const app = await createApp(config, { log });
  await seedDemo(app);
  await app.close();

  const made = await run('backup', [backupDir()], env);
  expect(made).toMatchObject({ code: 0 });
  expect(made.out).toMatch(/^Backup written: .*sha256sum -c.*npm run restore/s);
  const before = withoutLeftOut(await contentOf(server.url));

  const refused = await run('restore', [backupDir()], env);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/^The database is not empty/);

  const restoredEnv = { DATA_DIR: path.join(folder, 'new'), UPLOAD_DIR: path.join(folder, 'up') };
  const restored = await run('restore', [backupDir()], restoredEnv);
  expect(restored).toMatchObject({ code: 0 });
  expect(restored.out).toMatch(/^Restored: .*all users sign in again/s);
  const reopened = await openDatabase(readEnvironment(restoredEnv));
  cleanups.push(() => reopened.stop());
  expect(withoutLeftOut(await contentOf(reopened.url))).toEqual(before);
}, 60_000);

test('the commands end with 2 when they are called wrongly', async () => {
  const env = { DATA_DIR: path.join(folder, 'data') };

  expect(await run('backup', [], env)).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(
      /^Usage: npm run backup -- DIR\n[^]*\n.*: deploy\/pgbackrest\/README\.md\n$/,
    ),
  });
  expect(await run('restore', ['one', 'two'], env)).toMatchObject({ code: 2, out: '' });
  const missing = await run('backup', [backupDir()], env);
  expect(missing.code).toBe(1);
  expect(missing.err).toMatch(/There is no database in/);
});
