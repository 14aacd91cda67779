import { randomUUID } from 'node:crypto';
import { appRouter } from '@matinee/api';
import superjson, { type SuperJSONResult } from 'superjson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aShowtime,
  aUser,
  days,
  password,
  type Person,
  type Scene,
} from '../../../packages/api/test/builders.ts';
import { startTestServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** A showtime with one seat locked and one bought by `user`; the other two are free. */
interface World extends Scene {
  user: Person;
  seats: [string, string, string, string];
  seat: { showtimeId: string; seatIds: string[] };
  reservationId: string;
}
type Input = Record<string, unknown>;
/** Name and route; what succeeds; what fails; how it fails; who calls. */
type Row = [string, string, (world: World) => Input, (world: World) => Input, string, Who?];
type Who = 'user' | 'admin' | 'anonymous' | 'user, then nobody' | 'admin, then user';

async function aWorld(): Promise<World> {
  const scene = await aShowtime(server.app, { seats: 4 });
  const user = await aUser(server.app);
  const seats = scene.seatIds as World['seats'];
  const showtimeId = scene.showtime.id;
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: [seats[0], seats[1]] });
  const bought = await user.call.reservations.create({ showtimeId, seatIds: [seats[1]] });
  const sooner = `update seat_claims set expires_at = expires_at - interval '1 minute'
    where showtime_id = $1 and reservation_id is null`;
  await server.app.pool.query(sooner, [showtimeId]);
  const seat = { showtimeId, seatIds: [seats[0]] };
  return { ...scene, user, seats, seat, reservationId: bought.id };
}

const unknownId = '00000000-0000-7000-8000-000000000000';
const none = () => ({});
const movie = ({ movieId }: World) => ({ movieId });
const theater = (world: World) => ({ theaterId: world.theater.id });
const show = ({ showtime }: World) => ({ showtimeId: showtime.id });
const reservation = ({ reservationId }: World) => ({ reservationId });
const user = (world: World) => ({ userId: world.user.id });
const unknown = (key: string) => () => ({ [key]: unknownId });
const newMovie = () => ({ title: 'Alien', genre: 'Horror', durationMinutes: 117 });
const newTheater = () => ({ name: 'One', timezone: 'UTC', rows: [{ label: 'A', seats: 2 }] });
const newShow = (world: World, startTime: Date) => ({
  ...movie(world),
  ...theater(world),
  startTime: startTime.toISOString(),
  price: '12.50',
});

const rows: Row[] = [
  ['auth.register', 'POST /auth/register', () => ({ email: `${randomUUID()}@a.org`, password }),
    ({ user: { email } }) => ({ email: email.toUpperCase(), password }), '409 EMAIL_TAKEN', 'anonymous'],
  ['auth.login', 'POST /auth/login', ({ user: { email } }) => ({ email, password }),
    ({ user: { email } }) => ({ email, password: 'wrong' }), '401 INVALID_CREDENTIALS', 'anonymous'],
  ['auth.me', 'GET /auth/me', none, none, '401 AUTHENTICATION_REQUIRED', 'user, then nobody'],
  ['auth.updateMe', 'PUT /auth/me', () => ({ firstName: 'Ada', lastName: null }),
    () => ({ firstName: '' }), '400 VALIDATION_ERROR'],
  ['auth.logout', 'POST /auth/logout', none, () => ({ everywhere: 'yes' }), '400 VALIDATION_ERROR'],
  ['auth.changePassword', 'POST /auth/change-password',
    () => ({ currentPassword: password, newPassword: 'another-password' }),
    () => ({ currentPassword: 'wrong', newPassword: 'another-password' }), '400 VALIDATION_ERROR'],
  ['movies.list', 'GET /movies', () => ({ limit: 2 }), () => ({ limit: 0 }), '400 VALIDATION_ERROR'],
  ['movies.genres', 'GET /movies/genres', none, () => ({ genre: 'x' }), '400 VALIDATION_ERROR'],
  ['movies.get', 'GET /movies/{movieId}', movie, unknown('movieId'), '404 NOT_FOUND'],
  ['movies.showtimes', 'GET /movies/{movieId}/showtimes', movie, (world) => ({
    ...movie(world), date: '2026-01-01', to: '2026-01-02',
  }), '400 VALIDATION_ERROR'],
  ['movies.create', 'POST /movies', newMovie, () => ({ ...newMovie(), year: 1 }),
    '400 VALIDATION_ERROR', 'admin'],
  ['movies.update', 'PUT /movies/{movieId}', (world) => ({ ...movie(world), description: null }),
    (world) => ({ ...movie(world), revision: 7 }), '409 EDIT_CONFLICT', 'admin'],
  ['movies.delete', 'DELETE /movies/{movieId}', unsoldMovie, movie, '409 IN_USE', 'admin'],
  ['theaters.list', 'GET /theaters', () => ({ limit: 1 }), () => ({ cursor: 'bad' }),
    '400 VALIDATION_ERROR'],
  ['theaters.get', 'GET /theaters/{theaterId}', theater, unknown('theaterId'), '404 NOT_FOUND'],
  ['theaters.create', 'POST /theaters', newTheater, () => ({ ...newTheater(), rows: [] }),
    '400 VALIDATION_ERROR', 'admin'],
  ['theaters.update', 'PUT /theaters/{theaterId}', (world) => ({ ...theater(world), name: 'Two' }),
    (world) => ({ ...theater(world), rows: [{ label: 'B', seats: 2 }] }), '409 IN_USE', 'admin'],
  ['theaters.delete', 'DELETE /theaters/{theaterId}', emptyTheater, theater, '409 IN_USE', 'admin'],
  ['showtimes.list', 'GET /showtimes', theater,
    () => ({ from: '2026-02-02', to: '2026-02-01' }), '400 VALIDATION_ERROR'],
  ['showtimes.get', 'GET /showtimes/{showtimeId}', show, unknown('showtimeId'), '404 NOT_FOUND'],
  ['showtimes.create', 'POST /showtimes',
    (world) => newShow(world, new Date(world.showtime.startTime.getTime() + days(1))),
    (world) => newShow(world, world.showtime.startTime), '409 SHOWTIME_OVERLAP', 'admin'],
  ['showtimes.update', 'PUT /showtimes/{showtimeId}', (world) => ({ ...show(world), price: '9.00' }),
    (world) => ({ ...show(world), startTime: '2040-01-01T00:00:00+01:00' }), '409 IN_USE', 'admin'],
  ['showtimes.delete', 'DELETE /showtimes/{showtimeId}', freeShow, show, '409 IN_USE', 'admin'],
  ['showtimes.cancel', 'POST /showtimes/{showtimeId}/cancel',
    (world) => ({ ...show(world), reason: 'Flood' }), show, '400 VALIDATION_ERROR', 'admin'],
  ['showtimes.seats', 'GET /showtimes/{showtimeId}/seats', show, unknown('showtimeId'),
    '404 NOT_FOUND'],
  ['showtimes.lockSeats', 'POST /showtimes/{showtimeId}/lock-seats',
    (world) => ({ ...show(world), seatIds: [world.seats[3], world.seats[2]] }),
    (world) => ({ ...show(world), seatIds: [world.seats[1]] }), '409 SEATS_UNAVAILABLE'],
  ['showtimes.extendLock', 'POST /showtimes/{showtimeId}/extend-lock', ({ seat }) => seat,
    (world) => ({ ...show(world), seatIds: [world.seats[2]] }), '409 LOCK_EXPIRED'],
  ['showtimes.unlockSeats', 'DELETE /showtimes/{showtimeId}/lock-seats', show,
    unknown('showtimeId'), '404 NOT_FOUND'],
  ['reservations.create', 'POST /reservations', ({ seat }) => seat,
    ({ seat }) => ({ ...seat, seatIds: [unknownId] }), '404 NOT_FOUND'],
  ['reservations.list', 'GET /reservations', () => ({ when: 'upcoming' }),
    () => ({ when: 'never' }), '400 VALIDATION_ERROR'],
  ['reservations.listLocks', 'GET /reservations/locks', none, none,
    '401 AUTHENTICATION_REQUIRED', 'user, then nobody'],
  ['reservations.get', 'GET /reservations/{reservationId}', reservation,
    unknown('reservationId'), '404 NOT_FOUND'],
  ['reservations.cancel', 'DELETE /reservations/{reservationId}', reservation,
    unknown('reservationId'), '404 NOT_FOUND'],
  ...(['capacity', 'revenue', 'occupancy'] as const).map((name): Row => [
    `admin.reports.${name}`, `GET /admin/reports/${name}`, () => ({ groupBy: 'date' }),
    () => ({ groupBy: 'color' }), '400 VALIDATION_ERROR', 'admin',
  ]),
  ['admin.reports.popularMovies', 'GET /admin/reports/popular-movies', () => ({ limit: 3 }),
    () => ({ limit: 101 }), '400 VALIDATION_ERROR', 'admin'],
  ['admin.users.list', 'GET /admin/users', ({ user: { email } }) => ({ email }),
    none, '403 FORBIDDEN', 'admin, then user'],
  ...(['promote', 'demote', 'disable', 'enable'] as const).map((verb): Row => [
    `admin.users.${verb}`, `POST /admin/users/{userId}/${verb}`, user, unknown('userId'),
    '404 NOT_FOUND', 'admin',
  ]),
  ['admin.reservations.list', 'GET /admin/reservations', show, () => ({ status: 'paid' }),
    '400 VALIDATION_ERROR', 'admin'],
  ['admin.status', 'GET /admin/status', none, none, '403 FORBIDDEN', 'admin, then user'],
];

/** The input of a success that needs a thing of its own, made beforehand in each world. */
function unsoldMovie(world: World) {
  return { movieId: world.admin.id };
}
function emptyTheater(world: World) {
  return { theaterId: world.admin.id };
}
function freeShow(world: World) {
  return { showtimeId: world.admin.id };
}
