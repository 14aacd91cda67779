import { createClient } from './generated/hey-api/client/index.js';
import {
  authRegister,
  reservationsCancel,
  reservationsCreate,
  showtimesList,
  showtimesLockSeats,
  showtimesSeats,
  showtimesUnlockSeats,
} from './generated/hey-api/index.js';
import type { ShowtimesLockSeatsError } from './generated/hey-api/index.js';
import type { Customer, Refusal } from './story.js';

/** With `@hey-api/openapi-ts`: one function for each operation. */
export function customer(baseUrl: string): Customer {
  const client = createClient({ baseUrl });
  return {
    async register(body) {
      const { data } = await authRegister({ client, body, throwOnError: true });
      client.setConfig({ auth: data.data.accessToken });
    },
    async listShowtimes() {
      const { data } = await showtimesList({ client, query: { limit: 100 }, throwOnError: true });
      return data.data.items;
    },
    async listSeats(showtimeId) {
      const { data } = await showtimesSeats({ client, path: { showtimeId }, throwOnError: true });
      return data.data.seats;
    },
    async lock(showtimeId, seatIds) {
      const input = { path: { showtimeId }, body: { seatIds } };
      const { data, error } = await showtimesLockSeats({ client, ...input });
      return data?.data ?? refusal(error);
    },
    async unlock(showtimeId, seatIds) {
      const input = { path: { showtimeId }, query: { seatIds } };
      const { data } = await showtimesUnlockSeats({ client, ...input, throwOnError: true });
      return data.data.seatIds;
    },
    async reserve(showtimeId, seatIds) {
      const headers = { 'Idempotency-Key': crypto.randomUUID() };
      const input = { client, headers, body: { showtimeId, seatIds } };
      const { data } = await reservationsCreate({ ...input, throwOnError: true });
      return data.data;
    },
    async cancel(reservationId) {
      const { data, error } = await reservationsCancel({ client, path: { reservationId } });
      return data?.data ?? { code: error?.error.code ?? 'no response' };
    },
  };
}

/** The code decides which details there are, and the compiler knows. */
function refusal(failure?: ShowtimesLockSeatsError): Refusal {
  // @ts-expect-error Before a look at the code there are no seats; fails if the types are loose.
  void failure?.error.details.seats;
  if (failure?.error.code !== 'SEATS_UNAVAILABLE') {
    return { code: failure?.error.code ?? 'no response' };
  }
  const { code, details } = failure.error;
  return { code, reasons: details.seats.map(({ reason }) => reason) };
}
