import { randomBytes, randomUUID } from 'node:crypto';
import type { CreateApiKey } from '../src/api-keys/schema.ts';
import type { App } from '../src/app.ts';
import type { Showtime } from '../src/showtimes/schema.ts';
import type { SeatRow, TheaterWithSeats } from '../src/theaters/schema.ts';
import { callerOf } from './app.ts';
import type { Caller } from './app.ts';

/** Somebody signed in. */
export interface Person {
  id: string;
  email: string;
  token: string;
  call: Caller;
}

export const password = 'test-password';

/** A new user with an address of their own. */
export async function aUser(app: App, remoteAddress = anAddress()): Promise<Person> {
  const email = `${randomUUID()}@example.com`;
  const { register } = callerOf(app, { remoteAddress }).auth;
  const { user, accessToken: token } = await register({ email, password });
  return { id: user.id, email, token, call: callerOf(app, { token, remoteAddress }) };
}

/** A new guest. `email` is empty: a guest has none. */
export async function aGuest(app: App, remoteAddress = anAddress()): Promise<Person> {
  const { user, accessToken: token } = await callerOf(app, { remoteAddress }).auth.guest();
  return { id: user.id, email: '', token, call: callerOf(app, { token, remoteAddress }) };
}

/** An address of its own, so that limits per address count nobody else. */
export function anAddress(): string {
  const [a, b, c] = randomBytes(3);
  return `10.${a}.${b}.${c}`;
}

/** A new administrator. */
export async function anAdmin(app: App): Promise<Person> {
  const person = await aUser(app);
  await app.pool.query(`update users set role = 'admin' where id = $1`, [person.id]);
  return person;
}

/** A program with an API key. */
export interface Program {
  id: string;
  token: string;
  call: Caller;
}

/** A new API key, at all sites unless told otherwise. */
export async function anApiKey(
  app: App,
  scopes: CreateApiKey['scopes'],
  siteId?: string,
): Promise<Program> {
  const { call } = await anAdmin(app);
  const input = { name: `Program ${randomUUID()}`, scopes, ...(siteId ? { siteId } : {}) };
  const { id, key: token } = await call.admin.apiKeys.create(input);
  return { id, token, call: callerOf(app, { token }) };
}

export const minutes = (count: number) => count * 60_000;
export const hours = (count: number) => minutes(count * 60);
export const days = (count: number) => hours(count * 24);

export interface ShowtimeOptions {
  /** Seats in one row. */
  seats?: number;
  rows?: SeatRow[];
  /** From now, in milliseconds; negative: it has started. */
  startsIn?: number;
  price?: string;
  seatTypePrices?: { premium?: string; vip?: string };
  timezone?: string;
}

/** A theater, a movie and a showtime of their own. */
export interface Scene {
  admin: Person;
  theater: TheaterWithSeats;
  movieId: string;
  showtime: Showtime;
  seatIds: string[];
}

/** A showtime in a theater of its own, tomorrow unless told otherwise. */
export async function aShowtime(app: App, options: ShowtimeOptions = {}): Promise<Scene> {
  const admin = await anAdmin(app);
  const theater = await admin.call.theaters.create({
    name: `Theater ${randomUUID()}`,
    timezone: options.timezone ?? 'UTC',
    rows: options.rows ?? [{ label: 'A', seats: options.seats ?? 10 }],
  });
  const movie = await admin.call.movies.create({
    title: `Movie ${randomUUID()}`,
    genre: 'Drama',
    durationMinutes: 90,
  });
  const showtime = await admin.call.showtimes.create({
    movieId: movie.id,
    theaterId: theater.id,
    startTime: new Date(Date.now() + (options.startsIn ?? days(1))),
    price: options.price ?? '10.00',
    ...(options.seatTypePrices ? { seatTypePrices: options.seatTypePrices } : {}),
  });
  const seatIds = theater.seats.map((seat) => seat.id);
  return { admin, theater, movieId: movie.id, showtime, seatIds };
}

/** What a call was refused with: its code and details; fails when it was not refused. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ code: string; details: unknown }> {
  try {
    await call;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; details?: unknown } };
    return { code: cause?.code ?? String(error), details: cause?.details };
  }
  throw new Error('The call was not refused');
}
