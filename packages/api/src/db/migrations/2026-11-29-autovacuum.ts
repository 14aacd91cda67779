import { Migration } from '@mikro-orm/migrations';

/** Storage parameters of a table, by name. */
type Parameters = Readonly<Record<string, number>>;

/**
 * Every sold seat is an insert and an update that changes an index, so one dead row; every lock that
 * expires is another. Seat maps step over them.
 */
const hot: Parameters = {
  autovacuum_vacuum_scale_factor: 0.01,
  autovacuum_vacuum_threshold: 1_000,
  autovacuum_analyze_scale_factor: 0.005,
  autovacuum_analyze_threshold: 1_000,
};

/** Seldom updated: reports read their indexes alone as long as the visibility map is fresh. */
const growing: Parameters = {
  autovacuum_vacuum_scale_factor: 0.02,
  autovacuum_vacuum_threshold: 1_000,
  autovacuum_vacuum_insert_scale_factor: 0.01,
  autovacuum_vacuum_insert_threshold: 5_000,
  autovacuum_analyze_scale_factor: 0.01,
  autovacuum_analyze_threshold: 1_000,
};

/** Each row is inserted, updated and deleted; partial indexes of the open ones are read every second. */
const queue: Parameters = {
  autovacuum_vacuum_scale_factor: 0.01,
  autovacuum_vacuum_threshold: 500,
  autovacuum_analyze_scale_factor: 0.02,
};

/** As many dead rows in a day as there are rows. */
const daily: Parameters = {
  autovacuum_vacuum_scale_factor: 0.02,
  autovacuum_vacuum_threshold: 1_000,
  autovacuum_analyze_scale_factor: 0.05,
};

/** Few rows that are updated all the time; room on the page keeps indexes out of it. */
const counters = (threshold: number): Parameters => ({
  fillfactor: 50,
  autovacuum_vacuum_scale_factor: 0,
  autovacuum_vacuum_threshold: threshold,
});

const tables: Readonly<Record<string, Parameters>> = {
  seat_claims: hot,
  reservations: growing,
  reservation_seats: growing,
  reservation_events: growing,
  outbox: queue,
  deliveries: queue,
  idempotency_keys: daily,
  sessions: daily,
  sign_in_attempts: daily,
  rate_limits: counters(1_000),
  agenda_jobs: counters(100),
};

/**
 * When autovacuum looks after each table. Its defaults wait for a fifth of the rows: two million dead
 * ones among ten million seats. The lock of these statements conflicts with no reading or writing.
 */
export class Autovacuum extends Migration {
  override up(): void {
    for (const [table, parameters] of Object.entries(tables)) {
      const list = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
      this.addSql(`alter table ${table} set (${list.join(', ')})`);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
