import createClient from 'openapi-fetch';
import type { paths } from './generated/openapi-typescript.js';
import type { Customer, Refusal } from './story.js';

/** With `openapi-typescript` and `openapi-fetch`: types alone, and one function that reads them. */
export function customer(baseUrl: string): Customer {
  const client = createClient<paths>({ baseUrl });
  return {
    async register(body) {
      const { data } = await client.POST('/auth/register', { body });
      const authorization = `Bearer ${data?.data.accessToken}`;
      client.use({
        onRequest: ({ request }) => request.headers.set('authorization', authorization),
      });
    },
    async listShowtimes() {
      const { data } = await client.GET('/showtimes', { params: { query: { limit: 100 } } });
      return data?.data.items ?? [];
    },
    async listSeats(showtimeId) {
      const params = { path: { showtimeId } };
      const { data } = await client.GET('/showtimes/{showtimeId}/seats', { params });
      return data?.data.seats ?? [];
    },
    async lock(showtimeId, seatIds) {
      const { data, error } = await client.POST('/showtimes/{showtimeId}/lock-seats', {
        params: { path: { showtimeId } },
        body: { seatIds },
      });
      return data?.data ?? refusal(error);
    },
    async unlock(showtimeId, seatIds) {
      const params = { path: { showtimeId }, query: { seatIds } };
      const { data } = await client.DELETE('/showtimes/{showtimeId}/lock-seats', { params });
      return data?.data.seatIds ?? [];
    },
    async reserve(showtimeId, seatIds) {
      const { data, error } = await client.POST('/reservations', {
        params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
        body: { showtimeId, seatIds },
      });
      if (!data) {
        throw new Error(error.error.message);
      }
      return data.data;
    },
    async cancel(reservationId) {
      const params = { path: { reservationId } };
      const { data, error } = await client.DELETE('/reservations/{reservationId}', { params });
      return data?.data ?? { code: error?.error.code ?? 'no response' };
    },
  };
}

type LockFailure =
  paths['/showtimes/{showtimeId}/lock-seats']['post']['responses']['default']['content']['application/json'];

/** The code decides which details there are, and the compiler knows. */
function refusal(failure?: LockFailure): Refusal {
  // @ts-expect-error Before a look at the code there are no seats; fails if the types are loose.
  void failure?.error.details.seats;
  if (failure?.error.code !== 'SEATS_UNAVAILABLE') {
    return { code: failure?.error.code ?? 'no response' };
  }
  const { code, details } = failure.error;
  return { code, reasons: details.seats.map(({ reason }) => reason) };
}
