import { randomUUID } from 'node:crypto';
import { consequences, createApp, OutboxWorker } from '@matinee/api';
import type { App, Mailer } from '@matinee/api';
import {
  anAdmin,
  brokenInvariants,
  callerOf,
  createTestDatabase,
  days,
  password,
  testConfig,
} from '@matinee/api/testing';
import type { Caller, Surroundings } from '@matinee/api/testing';
import type { Pool } from 'pg';
import { expect, onTestFinished } from 'vitest';
import { createMailer } from '../../src/mailer.ts';

export const sender = 'Matinee <tickets@cinema.example>';

export const quiet = { error: () => {}, warn: () => {}, debug: () => {}, info: () => {} };

/** A mailer for an SMTP server. */
export function mailerFor(url: string): Mailer {
  const settings = { MAIL_URL: url, MAIL_FROM: sender, ENVIRONMENT: 'production' } as const;
  return createMailer({ ...settings, DATA_DIR: '/nowhere' }, quiet);
}

/** The product on a database of its own, with a worker whose rounds the test makes itself. */
export interface Cinema {
  app: App;
  pool: Pool;
  databaseUrl: string;
  /** One round of the outbox. */
  deliver(): Promise<void>;
}

/** Ends with the test: the invariants are checked, the database is dropped. */
export async function openCinema(
  mailer: Mailer,
  surroundings: Pick<Surroundings, 'printer'> = {},
): Promise<Cinema> {
  const database = await createTestDatabase();
  const config = testConfig(database.url, { publicUrl: 'https://tickets.example' });
  const app = await createApp(config, { log: quiet, mailer, ...surroundings });
  onTestFinished(async () => {
    const broken = await brokenInvariants(app.pool);
    await app.close();
    await database.drop();
    expect(broken).toEqual({});
  });
  const worker = new OutboxWorker(app, consequences);
  return {
    app,
    pool: app.pool,
    databaseUrl: database.url,
    deliver: async () => void (await worker.round()),
  };
}

export interface Show {
  admin: Caller;
  id: string;
  seatIds: string[];
}

export interface ShowOptions {
  title?: string;
  theater?: string;
  timezone?: string;
  startTime?: Date;
  price?: string;
  /** In one row, `A`. */
  seats?: number;
}

export async function aShow({ app }: Cinema, options: ShowOptions = {}): Promise<Show> {
  const { call: admin } = await anAdmin(app);
  await withoutProofs(app);
  const theater = await admin.theaters.create({
    name: options.theater ?? `Theater ${randomUUID()}`,
    timezone: options.timezone ?? 'UTC',
    rows: [{ label: 'A', seats: options.seats ?? 4 }],
  });
  const movie = await admin.movies.create({
    title: options.title ?? `Movie ${randomUUID()}`,
    genre: 'Drama',
    durationMinutes: 90,
  });
  const { id } = await admin.showtimes.create({
    movieId: movie.id,
    theaterId: theater.id,
    startTime: options.startTime ?? new Date(Date.now() + days(1)),
    price: options.price ?? '10.00',
  });
  return { admin, id, seatIds: theater.seats.map((seat) => seat.id) };
}

export interface Customer {
  email: string;
  token: string;
  call: Caller;
}

export async function aCustomer(
  { app }: Cinema,
  { email = `${randomUUID()}@example.com`, firstName }: { email?: string; firstName?: string } = {},
): Promise<Customer> {
  const input = { email, password, ...(firstName === undefined ? {} : { firstName }) };
  const { accessToken: token } = await callerOf(app).auth.register(input);
  await withoutProofs(app);
  return { email, token, call: callerOf(app, { token }) };
}

/** New accounts are mailed a link: not what these tests are about. */
async function withoutProofs({ pool }: App): Promise<void> {
  await pool.query(`delete from outbox where kind = 'email_proof.requested'`);
}

/** Locks seats of a show and buys them. */
export async function book({ call }: Customer, { id }: Show, seatIds: readonly string[]) {
  const seats = { showtimeId: id, seatIds: [...seatIds] };
  await call.showtimes.lockSeats(seats);
  return call.reservations.create(seats);
}

/** A customer with a booking of the first seat of a show of their own. */
export async function aBooking(cinema: Cinema, options: ShowOptions = {}) {
  const [show, customer] = await Promise.all([aShow(cinema, options), aCustomer(cinema)]);
  const reservation = await book(customer, show, show.seatIds.slice(0, 1));
  return { show, customer, reservation };
}

export interface DeliveryRow {
  consequence: string;
  state: 'open' | 'done' | 'dead';
  attempts: number;
  error: string | null;
  /** Until the next attempt. */
  seconds: number;
}

/** Every delivery, by what it does. */
export async function deliveriesOf(pool: Pool): Promise<DeliveryRow[]> {
  const { rows } = await pool.query<DeliveryRow>(
    `select consequence, attempts, last_error as error,
       case when done_at is not null then 'done' when dead_at is not null then 'dead'
         else 'open' end as state,
       extract(epoch from available_at - clock_timestamp())::float8 as seconds
     from deliveries order by consequence, created_at`,
  );
  return rows;
}

/** The one delivery there is. */
export async function onlyDelivery(pool: Pool): Promise<DeliveryRow> {
  const [delivery, ...others] = await deliveriesOf(pool);
  if (!delivery || others.length > 0) {
    throw new Error(`There are ${delivery ? 1 + others.length : 0} deliveries`);
  }
  return delivery;
}

/** The clock reaches the next attempt of every delivery. */
export async function makeDue(pool: Pool): Promise<void> {
  await pool.query('update deliveries set available_at = clock_timestamp()');
}

/** The clock reaches the end of every lease. */
export async function endLeases(pool: Pool): Promise<void> {
  await pool.query(
    'update deliveries set leased_until = clock_timestamp() where leased_until is not null',
  );
}
