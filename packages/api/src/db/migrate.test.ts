import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { databaseUrl, onServer } from '../../test/template.ts';
import type { DatabaseConfig } from '../config.ts';
import { installedFunctions, installFunctions } from './functions.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { ormOptions } from './orm.ts';

const names = migrations.map(({ name }) => name);

let database: Pick<DatabaseConfig, 'url' | 'poolSize'>;
let orm: MikroORM;

/** A database without a table, as `createdb` makes it. */
beforeEach(async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(inject('postgresUrl'), (client) => client.query(`create database ${name}`));
  database = { url: databaseUrl(inject('postgresUrl'), name), poolSize: 2 };
  orm = await MikroORM.init(ormOptions(database));
});

afterEach(async () => {
  await orm.close();
  const name = new URL(database.url).pathname.slice(1);
  await onServer(inject('postgresUrl'), (client) => client.query(`drop database ${name}`));
});

async function withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('leads to the schema of the entities', async () => {
  await migrate(database);

  expect(await orm.schema.getUpdateSchemaSQL()).toBe('');
});

test('applies nothing the second time', async () => {
  expect(await migrate(database)).toEqual(names);
  expect(await migrate(database)).toEqual([]);
});

test('applies each migration once when eight servers start at once', async () => {
  const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(database)));

  expect(applied.flat()).toEqual(names);
  const { rows } = await withClient((client) =>
    client.query<{ name: string }>('select name from migrations order by id'),
  );
  expect(rows.map(({ name }) => name)).toEqual(names);
});

test('names what is pending, before and after', async () => {
  expect(await pendingMigrations(orm)).toEqual(names);

  await migrate(database);

  expect(await pendingMigrations(orm)).toEqual([]);
});

test('applies only the migrations that it is given', async () => {
  expect(await migrate(database, [])).toEqual([]);
  expect(await pendingMigrations(orm)).toEqual(names);
  expect(await migrate(database, names.slice(0, 1))).toEqual(names.slice(0, 1));
});

test('refuses a migration that it does not know, and changes nothing', async () => {
  const attempt = migrate(database, [...names, '2999-01-01-later']);

  await expect(attempt).rejects.toThrow('does not know: 2999-01-01-later.');
  const { rows } = await withClient((client) =>
    client.query(`select from pg_class where relnamespace = 'public'::regnamespace`),
  );
  expect(rows).toEqual([]);
});

test('lists every migration in the folder', async () => {
  const files = await readdir(new URL('migrations/', import.meta.url));

  const found = files.filter((file) => /^\d.*\.ts$/.test(file)).map((file) => file.slice(0, -3));
  expect(found.toSorted()).toEqual(names.toSorted());
});

test('takes the time that it needs, whatever limits the role has', async () => {
  await withClient(async (client) => {
    const name = client.escapeIdentifier(new URL(database.url).pathname.slice(1));
    await client.query(`alter role current_user in database ${name} set statement_timeout = '1ms'`);
  });
  expect(await migrate(database)).toEqual(names);
});

test('every table that customers write to has its own settings of autovacuum', async () => {
  await migrate(database);
  const without = await withClient(async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class
       where relkind = 'r' and relnamespace = 'public'::regnamespace
         and not coalesce(reloptions::text ~ 'autovacuum_vacuum', false) order by relname`,
    );
    return rows.map(({ name }) => name);
  });
  // Changed by the staff, or small.
  expect(without.join(' ')).toBe(
    'api_keys audit_events incidents migrations movie_pairs movie_popularity movies notification_settings past_layouts price_list_items ' +
      'price_lists refused_addresses seat_blocks seats shifts showtimes site_roles sites theaters ticket_keys ' +
      'ticket_types unsubscribed_addresses users webhook_endpoints webhook_secrets zone_data',
  );
});

test('installs the functions of src/db/functions as the files have them', async () => {
  await migrate(database);
  const [installed, written] = await withClient(async (client) => {
    const before = await installedFunctions(client);
    await client.query('begin');
    for (const signature of before.keys()) {
      await client.query(`drop function ${signature} cascade`);
    }
    await installFunctions(client);
    return [before, await installedFunctions(client)];
  });
  expect([...installed.keys()].join()).toContain('confirm_seats(');
  expect(installed).toEqual(written);
});

test('notices a function that differs from its file', async () => {
  await migrate(database);
  const [edited, written] = await withClient(async (client) => {
    const definition = (await installedFunctions(client)).get(
      'seat_price(text,numeric,numeric,numeric)',
    );
    await client.query(String(definition).replace("'vip'", "'VIP'"));
    const before = await installedFunctions(client);
    await installFunctions(client);
    return [before, await installedFunctions(client)];
  });
  expect(edited).not.toEqual(written);
});

test('carries sales over, and servers of the release before go on selling', async () => {
  const release = names.indexOf('2026-11-28-straight-path');
  await migrate(database, names.slice(0, release));
  await withClient((client) => client.query(soldBefore));
  await migrate(database);
  const [places, bought] = await withClient(async (client) => {
    const filled = await client.query(
      `select r.theater_id = t.theater_id and e.theater_id = t.theater_id
         and e.showtime_id = t.id as filled
       from reservations r join showtimes t on t.id = r.showtime_id
       join reservation_events e on e.reservation_id = r.id`,
    );
    await client.query(
      `insert into reservations (id, reference, user_id, showtime_id, total_price, seat_count, currency)
       select $1, 'OTHERREF', user_id, showtime_id, 0, 0, 'USD' from reservations`,
      [randomUUID()],
    );
    const one = `array_agg(u.id), array_agg(t.id), array_agg('{' || s.id || '}')`;
    const from = 'from users u, showtimes t, seats s where s.seat_number = 2';
    await client.query(
      `select lock_seats_together(${one}, array[null], array[null], 600, 1800, 10) ${from}`,
    );
    await client.query(
      `select confirm_seats_together(${one}, array['${randomUUID()}'::uuid], array['SECONDRF'],
         array[null], array[null]) ${from}`,
    );
    const after = await client.query(
      `select r.reference, count(rs.seat_id)::int as seats, r.theater_id is not null as placed
       from reservations r left join reservation_seats rs on rs.reservation_id = r.id
       group by r.id order by 1`,
    );
    return [filled.rows, after.rows];
  });

  expect(places).toEqual([{ filled: true }]);
  expect(bought).toEqual([
    { reference: 'FIRSTREF', seats: 1, placed: true },
    { reference: 'OTHERREF', seats: 0, placed: true },
    { reference: 'SECONDRF', seats: 1, placed: true },
  ]);
});

/** A show, a user and a sold seat, as the release before wrote them. */
const soldBefore = `
  insert into movies (id, title, genre, duration_minutes) values (gen_random_uuid(), 'M', 'Drama', 90);
  insert into theaters (id, name, timezone, total_seats) values (gen_random_uuid(), 'H', 'UTC', 2);
  insert into seats (id, theater_id, row_label, seat_number, row_index, position)
    select gen_random_uuid(), id, 'A', n, 1, n from theaters, generate_series(1, 2) n;
  insert into showtimes
      (id, movie_id, theater_id, start_time, end_time, blocked_until, price, currency, total_seats)
    select gen_random_uuid(), m.id, h.id, now() + interval '1 day', now() + interval '26 hours',
      now() + interval '26 hours', 10, 'USD', 2 from movies m, theaters h;
  insert into users (id, email, password_hash) values (gen_random_uuid(), 'a@example.com', 'none');
  insert into reservations (id, reference, user_id, showtime_id, total_price, seat_count, currency)
    select gen_random_uuid(), 'FIRSTREF', u.id, t.id, 10, 1, 'USD' from users u, showtimes t;
  insert into reservation_events (reservation_id, step, actor_id)
    select id, 'confirmed', user_id from reservations;
  insert into seat_claims
      (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
    select r.showtime_id, s.id, s.theater_id, r.user_id, 10, now(), r.id
    from reservations r, seats s where s.seat_number = 1;
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
    select reservation_id, seat_id, showtime_id, theater_id, price from seat_claims`;

test('brings stored texts into NFC, and leaves those whose form is taken', async () => {
  await migrate(database, names.slice(0, names.indexOf('2026-11-28-texts')));
  await withClient((client) => client.query(storedBefore));
  await migrate(database);
  const { rows } = await withClient((client) =>
    client.query<{ texts: string[] }>(
      `select array[
         (select string_agg(email, ' ' order by password_hash) from users),
         (select string_agg(title || genre || description || search_key, ' ') from movies),
         (select string_agg(name, ' ') from theaters),
         (select string_agg(row_label, ' ' order by row_index) from seats)] as texts`,
    ),
  );
  expect(rows[0]?.texts).toEqual([
    'e\u0301@example.com \u00e9@example.com \u00e4@example.com',
    '\u00e9\u00e9\u00e9e',
    '\u00e9',
    'E\u0301 \u00c9 \u00d6',
  ]);
});

/** Rows with texts in NFD, as a version that took any form stored them. */
const storedBefore = `
  insert into users (id, email, password_hash) values
    (gen_random_uuid(), e'e\\u0301@example.com', '1'), (gen_random_uuid(), 'é@example.com', '2'),
    (gen_random_uuid(), e'a\\u0308@example.com', '3');
  insert into movies (id, title, genre, description, duration_minutes) values
    (gen_random_uuid(), e'e\\u0301', e'e\\u0301', e'e\\u0301', 90);
  insert into theaters (id, name, timezone, total_seats) values
    (gen_random_uuid(), e'e\\u0301', 'UTC', 3);
  insert into seats (id, theater_id, row_label, seat_number, row_index, position)
    select gen_random_uuid(), id, label, 1, place, 1
    from theaters, unnest(array[e'E\\u0301', 'É', e'O\\u0308']) with ordinality as l (label, place)`;

test('waits for a lock for a moment only, and tries again', async () => {
  await migrate(database, names.slice(0, names.indexOf('2026-11-28-places')));
  const [holder, bystander] = [new Client(database.url), new Client(database.url)];
  await holder.connect();
  await bystander.connect();
  await holder.query('begin');
  await holder.query('select from reservations');
  let isDone = false;
  const migrating = migrate(database).finally(() => (isDone = true));
  const waits: number[] = [];
  // Asks behind the migration, which asks for the table behind the reader, until it has given way twice.
  while (waits.filter((ms) => ms > 50).length < 2) {
    const began = performance.now();
    await bystander.query('select from reservations limit 1');
    waits.push(performance.now() - began);
  }
  const wasDone = isDone;
  await holder.query('commit');
  await migrating;
  await Promise.all([holder.end(), bystander.end()]);

  expect(wasDone).toBe(false);
  expect(Math.max(...waits)).toBeLessThan(1_000);
  expect(await pendingMigrations(orm)).toEqual([]);
});

test('has a snapshot of the present entities (scripts/new-migration.ts writes it)', async () => {
  const file = new URL('migrations/snapshot.json', import.meta.url);
  const snapshot: unknown = JSON.parse(await readFile(file, 'utf8'));

  expect(snapshot).toEqual(JSON.parse(JSON.stringify(orm.schema.getTargetSchema())));
});
