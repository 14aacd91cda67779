import { randomUUID } from 'node:crypto';
import { consequences, OutboxWorker } from '@matinee/api';
import type { App } from '@matinee/api';
import { aShowtime, aUser, days } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';

/** A showtime with one seat locked and one bought by `user`; the other two are free. */
export interface World extends Scene {
  app: App;
  user: Person;
  seats: [string, string, string, string];
  /** The locked one. */
  seat: { showtimeId: string; seatIds: string[] };
  reservationId: string;
}

/**
 * A world of a test's own, with a new user unless one is given; its lock has a minute less, so that
 * it can be extended.
 */
export async function aWorld({ app }: { app: App }, owner?: Person): Promise<World> {
  const scene = await aShowtime(app, { seats: 4, seatTypePrices: { vip: '20.00' } });
  const user = owner ?? (await aUser(app));
  const seats = scene.seatIds as World['seats'];
  const showtimeId = scene.showtime.id;
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: [seats[0], seats[1]] });
  const bought = await user.call.reservations.create({ showtimeId, seatIds: [seats[1]] });
  const sooner = `update seat_claims set expires_at = expires_at - interval '1 minute'
    where showtime_id = $1 and reservation_id is null`;
  await app.pool.query(sooner, [showtimeId]);
  const seat = { showtimeId, seatIds: [seats[0]] };
  return { ...scene, app, user, seats, seat, reservationId: bought.id };
}

/** What a procedure is called with. */
export type Input = Record<string, unknown>;
export type InputOf = (world: World) => Input | Promise<Input>;

// The inputs that name one thing of a world.

export const unknownId = '00000000-0000-7000-8000-000000000000';
export const none = () => ({});
export const unknown = (key: string) => () => ({ [key]: unknownId });
export const movie = ({ movieId }: World) => ({ movieId });
export const theater = (world: World) => ({ theaterId: world.theater.id });
export const show = ({ showtime }: World) => ({ showtimeId: showtime.id });
export const reservation = ({ reservationId }: World) => ({ reservationId });
export const user = (world: World) => ({ userId: world.user.id });

/** The mail that follows from the world's purchase. */
export const delivery = async ({ app, admin, reservationId }: World) => {
  const key = `reservation.confirmed:${reservationId}`;
  // Writing the mails of all older worlds first would take seconds.
  const skip = `update outbox set expanded_at = clock_timestamp()
    where expanded_at is null and key <> $1`;
  await app.pool.query(skip, [key]);
  await new OutboxWorker(app, consequences).round();
  const { items } = await admin.call.admin.outbox.list({ limit: 100 });
  return { deliveryId: items.find(({ fact }) => fact.key === key)?.id };
};

// The inputs that make something new.

export const newMovie = () => ({ title: randomUUID(), genre: 'Horror', durationMinutes: 117 });
export const newTheater = () => ({
  name: randomUUID(),
  timezone: 'Europe/Berlin',
  rows: [{ label: 'A', seats: 3, overrides: [{ position: 2, gap: true as const }] }],
});
/** The world's own showtime is a day from now. */
export const newShow = (world: World, startsIn = days(3)) => ({
  ...movie(world),
  ...theater(world),
  startTime: new Date(Date.now() + startsIn).toISOString(),
  price: '12.50',
});

// Things of a world that nobody has used yet.

export const unusedMovie = async ({ admin }: World) => ({
  movieId: (await admin.call.movies.create(newMovie())).id,
});
export const unusedTheater = async ({ admin }: World) => ({
  theaterId: (await admin.call.theaters.create(newTheater())).id,
});
export const unsoldShow = async (world: World) => ({
  showtimeId: (
    await world.admin.call.showtimes.create({ ...newShow(world), ...(await unusedTheater(world)) })
  ).id,
});
