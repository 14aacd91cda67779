import { consequences, OutboxWorker } from '@matinee/api';
import { callerOf, password } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { aBinary } from './binary.ts';
import type { Binary } from './binary.ts';

export { password };

/** A server, an administrator, and the command signed in as that administrator. */
export interface Cinema {
  server: TestServer;
  matinee: Matinee;
  admin: { id: string; email: string; token: string };
  binary: Binary;
  close(): Promise<void>;
}

export async function aCinema(
  overrides?: Parameters<typeof startTestServer>[0],
  email = 'ada@example.com',
): Promise<Cinema> {
  const server = await startTestServer(overrides);
  const admin = await aStaffMember(server, email);
  const binary = await aBinary(server.url, { MATINEE_TOKEN: admin.token });
  return {
    server,
    admin,
    matinee: createMatinee({ url: server.url, token: admin.token }),
    binary,
    close: async () => {
      await binary.close();
      await server.close();
    },
  };
}

async function aStaffMember({ app }: TestServer, email: string): Promise<Cinema['admin']> {
  const { user, accessToken } = await callerOf(app).auth.register({
    email,
    password,
    firstName: 'Ada',
    lastName: 'King',
  });
  await app.pool.query(`update users set role = 'admin' where id = $1`, [user.id]);
  return { id: user.id, email, token: accessToken };
}

/** A customer with an account. */
export async function aCustomer(cinema: Cinema, email: string): Promise<Matinee> {
  const anyone = createMatinee({ url: cinema.server.url });
  const { accessToken } = await anyone.auth.register({ email, password });
  return createMatinee({ url: cinema.server.url, token: accessToken });
}

/** In the future for every test, and the same day on every screen. */
export const premiere = { date: '2031-03-14', startTime: '2031-03-14T19:00:00Z' };

/** A gap, two more expensive types and a broken seat, for the drawing. */
export const rows = [
  { label: 'A', seats: 11, overrides: [{ position: 6, gap: true as const }] },
  {
    label: 'B',
    seats: 11,
    overrides: [
      { position: 6, gap: true as const },
      { position: 9, outOfOrder: true as const },
    ],
  },
  { label: 'C', seats: 11, seatType: 'premium' as const },
  { label: 'D', seats: 11, seatType: 'vip' as const },
];

export async function aTheater({ matinee }: Cinema, name = 'Grand') {
  return matinee.theaters.create({ name, timezone: 'Europe/Paris', turnaroundMinutes: 20, rows });
}

export async function aMovie({ matinee }: Cinema, title = 'The Third Man') {
  return matinee.movies.create({
    title,
    genre: 'Thriller',
    durationMinutes: 104,
    releaseDate: '1949-08-31',
  });
}

/** A show on the evening of the premiere, in its own theater. */
export async function aShow(cinema: Cinema, theaterName = 'Grand') {
  const theater = await aTheater(cinema, theaterName);
  const movie = await aMovie(cinema);
  const showtime = await cinema.matinee.showtimes.create({
    movieId: movie.id,
    theaterId: theater.id,
    startTime: premiere.startTime,
    price: '12.50',
    seatTypePrices: { premium: '15.00', vip: '20.00' },
  });
  const seatId = (name: string) =>
    theater.seats.find((seat) => `${seat.rowLabel}${seat.seatNumber}` === name)?.id ?? '';
  return { theater, movie, showtime, seatIds: (...names: string[]) => names.map(seatId) };
}

type Consequences = ConstructorParameters<typeof OutboxWorker>[1];

/**
 * Sells a seat of a new show, and attempts the mail that follows from it.
 *
 * @param send replaces the mail; it may throw
 */
export async function aDelivery(
  cinema: Cinema,
  theaterName: string,
  send: Consequences['reservation.confirmed'][string] = consequences['reservation.confirmed']
    .sendConfirmation,
) {
  const { showtime, seatIds } = await aShow(cinema, theaterName);
  const seats = { showtimeId: showtime.id, seatIds: seatIds('A1') };
  await cinema.matinee.showtimes.lockSeats(seats);
  const { id } = await cinema.matinee.reservations.create(seats);
  const attempted = { ...consequences, 'reservation.confirmed': { sendConfirmation: send } };
  await new OutboxWorker(cinema.server.app, attempted).round();
  const deliveries = await cinema.matinee.admin.outbox.list.all({}).toArray();
  const delivery = deliveries.find(({ fact }) => fact.key === `reservation.confirmed:${id}`);
  if (!delivery) {
    throw new Error(`No delivery follows from the reservation ${id}.`);
  }
  return delivery;
}
