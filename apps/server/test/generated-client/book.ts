import { createClient } from './client/client/index.js';
import {
  authRegister,
  reservationsCancel,
  reservationsCreate,
  showtimesList,
  showtimesLockSeats,
  showtimesSeats,
} from './client/index.js';
import type { Reservation, Showtime, ShowtimesLockSeatsError } from './client/index.js';

/*
 * What a stranger writes with a client generated from the document, and nothing else of ours: two
 * customers want the same seats. The test generates the client into `client/`, compiles this
 * file with it, and runs it.
 */

/** Two customers, one after the other; returns what happened. */
export async function book(url: string): Promise<string[]> {
  const baseUrl = `${url}/api/v1`;
  const [first, second] = [await signUp(baseUrl), await signUp(baseUrl)];
  const showtime = await pickShowtime(baseUrl);
  const seatIds = await freeSeats(baseUrl, showtime);

  const path = { showtimeId: showtime.id };
  const wanted = { path, body: { seatIds } };
  const lock = await showtimesLockSeats({ client: first, ...wanted, throwOnError: true });
  const { seats, totalPrice, currency } = lock.data.data;
  const events = [`locked ${seats.length} for ${totalPrice} ${currency}`];

  events.push(...refusal((await showtimesLockSeats({ client: second, ...wanted })).error));

  const confirmed = await reservationsCreate({
    client: first,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: { showtimeId: showtime.id, seatIds },
    throwOnError: true,
  });
  const reservation: Reservation = confirmed.data.data;
  events.push(`${reservation.status} ${reservation.seats.length} for ${reservation.totalPrice}`);
  events.push(...refusal((await showtimesLockSeats({ client: second, ...wanted })).error));

  const mine = { client: first, path: { reservationId: reservation.id } };
  const cancelled = await reservationsCancel({ ...mine, throwOnError: true });
  events.push(cancelled.data.data.status);
  const again = await reservationsCancel(mine);
  events.push(again.error?.error.code ?? 'cancelled twice');
  return events;
}

async function signUp(baseUrl: string) {
  const client = createClient({ baseUrl });
  const body = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() };
  const { data } = await authRegister({ client, body, throwOnError: true });
  client.setConfig({ auth: data.data.accessToken });
  return client;
}

async function pickShowtime(baseUrl: string): Promise<Showtime> {
  const client = createClient({ baseUrl });
  const { data } = await showtimesList({ client, query: { limit: 100 }, throwOnError: true });
  const showtime = data.data.items.find(({ availability }) => availability.available >= 2);
  if (!showtime) {
    throw new Error('There is no show with two free seats.');
  }
  return showtime;
}

async function freeSeats(baseUrl: string, { id: showtimeId }: Showtime): Promise<string[]> {
  const client = createClient({ baseUrl });
  const { data } = await showtimesSeats({ client, path: { showtimeId }, throwOnError: true });
  const free = data.data.seats.filter(({ status }) => status === 'available');
  return free.slice(0, 2).map(({ id }) => id);
}

/** Why seats could not be had. The code decides which details there are, and the compiler knows. */
function refusal(failure?: ShowtimesLockSeatsError): string[] {
  // @ts-expect-error Before a look at the code there are no seats; fails if the types are loose.
  void failure?.error.details.seats;
  if (failure?.error.code !== 'SEATS_UNAVAILABLE') {
    return [failure?.error.code ?? 'locked twice'];
  }
  const { code, details } = failure.error;
  const reasons: ('locked' | 'reserved' | 'blocked')[] = details.seats.map(({ reason }) => reason);
  return reasons.map((reason) => `${code} ${reason}`);
}
