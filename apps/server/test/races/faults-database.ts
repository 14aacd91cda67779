import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl, onServer } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import type { EmbeddedPostgres } from '@matinee/embedded-postgres';
import { Client } from 'pg';
import type { Pool } from 'pg';
import { expect, inject } from 'vitest';
import { afterTest, patient } from './faults-kit.ts';
import type { OpenSale } from './faults-kit.ts';
import { openPool } from './processes.ts';
import { rewrite } from './sabotage.ts';
import { gate } from './scenes.ts';

/** A PostgreSQL of the test's own, which it may kill. */
export async function startPostgres(): Promise<EmbeddedPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'matinee-faults-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  afterTest(async () => {
    await postgres.stop();
    await rm(postgres.dataDir, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  });
  return postgres;
}

/** A database without a table. @returns its URL */
export async function createEmptyDatabase(): Promise<string> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) => client.query(`create database ${name}`));
  afterTest(() =>
    onServer(serverUrl, (client) => client.query(`drop database ${name} with (force)`)),
  );
  return databaseUrl(serverUrl, name);
}

export async function reservationIds(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from reservations');
  return rows.map(({ id }) => id);
}

/** Holds the row locks on all claims of a showtime. @returns a function that releases them */
export function holdClaims(sale: OpenSale): Promise<() => Promise<void>> {
  return hold(sale, 'select 1 from seat_claims where showtime_id = $1 for update');
}

/** Holds the row lock on a showtime. @returns a function that releases it */
export function holdShowtime(sale: OpenSale): Promise<() => Promise<void>> {
  return hold(sale, 'select 1 from showtimes where id = $1 for update');
}

async function hold(sale: OpenSale, locking: string): Promise<() => Promise<void>> {
  const holder = new Client({ connectionString: sale.databaseUrl });
  await holder.connect();
  afterTest(() => holder.end());
  await holder.query('begin');
  await holder.query(locking, [sale.showtimeId]);
  return async () => void (await holder.query('rollback'));
}

/** Waits until a purchase waits for a row lock by itself: a batch would not wait for so long. */
export async function untilPurchaseWaits({ pool }: OpenSale): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and query like '%confirm_seats_together(%'
    and query_start < clock_timestamp() - interval '100 milliseconds'`;
  await expect.poll(async () => (await pool.query(waiting)).rowCount, patient).toBe(1);
}

/** Stops every batch of purchases just before it commits, until the database ends. */
export async function holdBatches(sale: OpenSale): Promise<void> {
  await rewrite(
    'confirm_seats_straight',
    'from answer;',
    `from answer; perform set_config('lock_timeout', '0', true), pg_advisory_xact_lock_shared(${gate});`,
  )(sale.pool);
  const keeper = new Client({ connectionString: sale.databaseUrl });
  // It ends with the database, and may not bring the test down.
  keeper.on('error', () => {});
  await keeper.connect();
  afterTest(() => keeper.end().catch(() => {}));
  await keeper.query('begin');
  await keeper.query('select pg_advisory_xact_lock($1)', [gate]);
}

/** Ends every connection of the servers. */
export async function cutConnections({ pool }: OpenSale): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'matinee'`,
  );
}

/** When a lock ends, in milliseconds by the database's clock. */
export async function endOf({ pool, showtimeId }: OpenSale, seatId: string): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>(
    `select (extract(epoch from expires_at) * 1000)::float8 as ms
     from seat_claims where showtime_id = $1 and seat_id = $2`,
    [showtimeId, seatId],
  );
  return rows[0]?.ms ?? Number.NaN;
}

export async function migrationsOf(url: string): Promise<string[]> {
  const pool = openPool(url);
  const { rows } = await pool.query<{ name: string }>('select name from migrations order by name');
  await pool.end();
  return rows.map(({ name }) => name);
}

export function postmasterOf(dataDir: string): number {
  try {
    return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    // The file is missing while the next process is starting.
    return 0;
  }
}
