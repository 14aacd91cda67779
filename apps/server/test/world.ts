import { aShowtime, aUser } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import type { TestServer } from './server.ts';

/** A showtime with one seat locked and one bought by `user`; the other two are free. */
export interface World extends Scene {
  user: Person;
  seats: [string, string, string, string];
  /** The locked one. */
  seat: { showtimeId: string; seatIds: string[] };
  reservationId: string;
}

/** A world of a test's own; its lock has a minute less, so that it can be extended. */
export async function aWorld({ app }: TestServer): Promise<World> {
  const scene = await aShowtime(app, { seats: 4, seatTypePrices: { vip: '20.00' } });
  const user = await aUser(app);
  const seats = scene.seatIds as World['seats'];
  const showtimeId = scene.showtime.id;
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: [seats[0], seats[1]] });
  const bought = await user.call.reservations.create({ showtimeId, seatIds: [seats[1]] });
  const sooner = `update seat_claims set expires_at = expires_at - interval '1 minute'
    where showtime_id = $1 and reservation_id is null`;
  await app.pool.query(sooner, [showtimeId]);
  const seat = { showtimeId, seatIds: [seats[0]] };
  return { ...scene, user, seats, seat, reservationId: bought.id };
}

// The inputs that name one thing of a world.

export const unknownId = '00000000-0000-7000-8000-000000000000';
export const none = () => ({});
export const movie = ({ movieId }: World) => ({ movieId });
export const theater = (world: World) => ({ theaterId: world.theater.id });
export const show = ({ showtime }: World) => ({ showtimeId: showtime.id });
export const reservation = ({ reservationId }: World) => ({ reservationId });
export const user = (world: World) => ({ userId: world.user.id });
