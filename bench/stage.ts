import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '@matinee/api';
import { brokenInvariants } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { Pool } from 'pg';
import { fill } from './fill.ts';
import type { Amounts } from './fill.ts';
import { signToken } from './token.ts';

/** Somebody signed in. */
export interface User {
  id: string;
  token: string;
}

/** A showtime on sale and its seats in the order of the hall. */
export interface Sale {
  showtimeId: string;
  theaterId: string;
  seatIds: string[];
}

/** One PostgreSQL with everything that is measured on, in a folder that goes at the end. */
export interface Stage {
  url: string;
  pool: Pool;
  folder: string;
  postgresVersion: string;
  users: User[];
  sales: Sale[];
  /** How often the invariants were checked, with nothing found. */
  checks: number;
  /** The schema is another version's: today's invariants do not apply. */
  foreign?: true;
  close(): Promise<void>;
}

export async function buildStage(amounts: Amounts): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data') });
  const pool = new Pool({ connectionString: postgres.url, max: 4 });
  pool.on('error', (error) => process.stderr.write(`The database: ${error.message}\n`));
  let closed: Promise<void> | undefined;
  const end = async () => {
    await pool.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const close = () => (closed ??= end());
  try {
    await migrate({ url: postgres.url });
    await fill(pool, amounts);
    const { rows } = await pool.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    const postgresVersion = rows[0]?.version.split(' ', 1)[0] ?? 'unknown';
    const [users, sales] = [await readUsers(pool), await readSales(pool)];
    const common = { url: postgres.url, pool, folder, postgresVersion };
    return { ...common, users, sales, checks: 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A second database in the same PostgreSQL, for another version of the product.
 *
 * @param start starts that version once, which makes its schema
 */
export async function buildSecondStage(
  stage: Stage,
  amounts: Amounts,
  start: (url: string) => Promise<{ stop(): Promise<void> }>,
): Promise<Stage> {
  await stage.pool.query('create database other_version');
  const url = new URL(stage.url);
  url.pathname = '/other_version';
  const once = await start(url.href);
  await once.stop();
  const pool = new Pool({ connectionString: url.href, max: 4 });
  await fill(pool, amounts);
  const [users, sales] = [await readUsers(pool), await readSales(pool)];
  return { ...stage, url: url.href, pool, users, sales, foreign: true, close: () => pool.end() };
}

/** A database that is there already, with what `history.ts` has filled in; the folder is for logs. */
export async function readStage(url: string, folder: string): Promise<Stage> {
  const pool = new Pool({ connectionString: url, max: 8 });
  const { rows } = await pool.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  const postgresVersion = rows[0]?.version.split(' ', 1)[0] ?? 'unknown';
  const [users, sales] = [await readUsers(pool), await readSales(pool)];
  return { url, pool, folder, postgresVersion, users, sales, checks: 0, close: () => pool.end() };
}

async function readUsers(pool: Pool): Promise<User[]> {
  const { rows } = await pool.query<{ id: string; email: string; sessionId: string }>(
    `select u.id, u.email, s.id as "sessionId" from users u join sessions s on s.user_id = u.id
     order by u.id`,
  );
  return rows.map((user) => ({ id: user.id, token: signToken(user) }));
}

async function readSales(pool: Pool): Promise<Sale[]> {
  const { rows } = await pool.query<Sale>(
    `select s.id as "showtimeId", s.theater_id as "theaterId",
       array_agg(seat.id order by seat.row_index, seat.position) as "seatIds"
     from showtimes s join seats seat on seat.theater_id = s.theater_id
     where s.start_time > now() group by s.id order by s.start_time, s.id`,
  );
  return rows;
}

/**
 * Looks for what can never be.
 *
 * @throws Error when a seat was sold twice, or anything else is broken: the run has failed
 */
export async function assertSound(stage: Stage): Promise<void> {
  if (stage.foreign) {
    return;
  }
  const broken = Object.entries(await brokenInvariants(stage.pool));
  if (broken.length > 0) {
    const lines = broken.map(([name, rows]) => `${name}: ${rows.length} rows`);
    throw new Error(`The invariants are broken:\n${lines.join('\n')}`);
  }
  stage.checks += 1;
}

/** Where the seats that a server has sold are: complete sales only. */
const soldBy: Record<string, string> = {
  bare: 'bench.claims c where c.sold_at is not null',
  walls: `walls.claims c
    join walls.reservation_seats using (reservation_id, seat_id)
    join walls.reservation_events using (reservation_id) where true`,
  ordinary: `ordinary.seats c join ordinary.bookings b using (showtime_id, seat_id)
    where c.status = 'booked' and c.user_id = b.user_id`,
};

/** Seats sold in the showtimes that are on sale, by the tables of the server of this name. */
export async function countSold({ pool }: Stage, name: string): Promise<number> {
  const sold = soldBy[name] ?? 'seat_claims c where c.reservation_id is not null';
  const { rows } = await pool.query<{ seats: number }>(
    `select count(*)::int as seats from ${sold}
       and c.showtime_id in (select id from showtimes where start_time > now())`,
  );
  return rows[0]?.seats ?? 0;
}

/** Gives all seats on sale back, and leaves the tables as tidy as before a round. */
export async function freeSeats({ pool }: Stage): Promise<void> {
  const client = await pool.connect();
  try {
    // Another version of the product may have no outbox.
    const { rows } = await client.query(`select from pg_tables where tablename = 'outbox'`);
    if (rows.length > 0) {
      await client.query('truncate outbox, deliveries cascade');
    }
    await client.query('begin');
    // Children before parents, so nothing is left that the triggers would have found.
    await client.query('set local session_replication_role = replica');
    for (const statement of freeing) {
      await client.query(statement);
    }
    await client.query('commit');
    await client.query(`vacuum analyze ${emptied.join(', ')}, idempotency_keys, users`);
  } finally {
    client.release();
  }
}

const emptied = [
  'seat_claims',
  'bench.claims',
  'reservation_seats',
  'reservation_events',
  'reservation_log',
  'reservations',
  'walls.claims',
  'walls.reservation_seats',
  'walls.reservation_events',
  'walls.reservations',
  'ordinary.bookings',
  'ordinary.seats',
];

const freeing = [
  'create temp table upcoming on commit drop as select id from showtimes where start_time > now()',
  `create temp table freed on commit drop as
     select r.id from reservations r join upcoming u on u.id = r.showtime_id`,
  'delete from seat_claims c using upcoming u where c.showtime_id = u.id',
  'delete from bench.claims c using upcoming u where c.showtime_id = u.id',
  'delete from reservation_seats s using freed f where s.reservation_id = f.id',
  'delete from reservation_events e using freed f where e.reservation_id = f.id',
  'delete from reservation_log l using freed f where l.reservation_id = f.id',
  'delete from reservations r using freed f where r.id = f.id',
  `create temp table freed_behind_walls on commit drop as
     select r.id from walls.reservations r join upcoming u on u.id = r.showtime_id`,
  'delete from walls.claims c using upcoming u where c.showtime_id = u.id',
  'delete from walls.reservation_seats s using freed_behind_walls f where s.reservation_id = f.id',
  'delete from walls.reservation_events e using freed_behind_walls f where e.reservation_id = f.id',
  'delete from walls.reservations r using freed_behind_walls f where r.id = f.id',
  'delete from ordinary.bookings b using upcoming u where b.showtime_id = u.id',
  `update ordinary.seats s set status = 'available', user_id = null
     from upcoming u where s.showtime_id = u.id and s.status = 'booked'`,
  `delete from idempotency_keys where created_at > (
     select max(created_at) from idempotency_keys where fingerprint like 'fff%')`,
];
