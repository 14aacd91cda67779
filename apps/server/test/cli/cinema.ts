import { callerOf, password } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { aBinary } from './binary.ts';
import type { Binary } from './binary.ts';

export { password };

/** A server, somebody who runs the cinema, and the command signed in as them. */
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

/** Somebody who buys. */
export async function aCustomer(cinema: Cinema, email: string): Promise<Matinee> {
  const anyone = createMatinee({ url: cinema.server.url });
  const { accessToken } = await anyone.auth.register({ email, password });
  return createMatinee({ url: cinema.server.url, token: accessToken });
}

/** Far enough away that every test runs before it, and always the same day on the screen. */
export const premiere = { date: '2031-03-14', startTime: '2031-03-14T19:00:00Z' };

/** A gap, two dearer types and a broken seat, so that a drawing has something to show. */
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

/** A show of the premiere's evening, in a theater of its own. */
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
