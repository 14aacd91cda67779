import { isErrorFromAlias } from '@zodios/core';
import { api, createApiClient } from './generated/openapi-zod-client.js';
import type { Customer, Refusal } from './story.js';

/** With `openapi-zod-client`: every request and every response is checked by a schema of zod. */
export function customer(baseUrl: string): Customer {
  const client = createApiClient(baseUrl, {
    // By itself axios writes a list as `seatIds[]=…`; the document says that the key is repeated.
    axiosConfig: { paramsSerializer: { indexes: null } },
  });
  return {
    async register(account) {
      const { data } = await client.authRegister(account);
      client.axios.defaults.headers.common['authorization'] = `Bearer ${data.accessToken}`;
    },
    async listShowtimes() {
      const { data } = await client.showtimesList({ queries: { limit: 100 } });
      return data.items;
    },
    async listSeats(showtimeId) {
      const { data } = await client.showtimesSeats({ params: { showtimeId } });
      return data.seats;
    },
    async lock(showtimeId, seatIds) {
      try {
        const { data } = await client.showtimesLockSeats({ seatIds }, { params: { showtimeId } });
        return data;
      } catch (error) {
        return refusal(error);
      }
    },
    async unlock(showtimeId, seatIds) {
      const input = { params: { showtimeId }, queries: { seatIds } };
      const { data } = await client.showtimesUnlockSeats(undefined, input);
      return data.seatIds;
    },
    async reserve(showtimeId, seatIds) {
      const headers = { 'Idempotency-Key': crypto.randomUUID() };
      const { data } = await client.reservationsCreate({ showtimeId, seatIds }, { headers });
      return data;
    },
    async cancel(reservationId) {
      try {
        const { data } = await client.reservationsCancel(undefined, { params: { reservationId } });
        return data;
      } catch (error) {
        return isErrorFromAlias(api.api, 'reservationsCancel', error)
          ? { code: error.response.data.error.code }
          : Promise.reject(error);
      }
    },
  };
}

/** The code decides which details there are. Other keys are `unknown`: every object is open. */
function refusal(thrown: unknown): Refusal | Promise<never> {
  if (!isErrorFromAlias(api.api, 'showtimesLockSeats', thrown)) {
    return Promise.reject(thrown);
  }
  const { error } = thrown.response.data;
  return error.code === 'SEATS_UNAVAILABLE'
    ? { code: error.code, reasons: error.details.seats.map(({ reason }) => reason) }
    : { code: error.code };
}
