import {
  authRegister,
  reservationsCancel,
  reservationsCreate,
  showtimesList,
  showtimesLockSeats,
  showtimesSeats,
  showtimesUnlockSeats,
} from './generated/orval.js';
import type { showtimesLockSeatsResponseError } from './generated/orval.js';
import type { Customer, Refusal } from './story.js';

/** With `orval` and its client for `fetch`: functions whose results are told apart by the status. */
export function customer(baseUrl: string): Customer {
  const options: RequestInit & { baseUrl: string } = { baseUrl };
  return {
    async register(body) {
      const { status, data } = await authRegister(body, options);
      if (status !== 201) {
        throw new Error(data.error.message);
      }
      options.headers = { authorization: `Bearer ${data.data.accessToken}` };
    },
    async listShowtimes() {
      const { status, data } = await showtimesList({ limit: 100 }, options);
      return status === 200 ? data.data.items : [];
    },
    async listSeats(showtimeId) {
      const response = await showtimesSeats(showtimeId, options);
      return response.status === 200 ? response.data.data.seats : [];
    },
    async lock(showtimeId, seatIds) {
      const response = await showtimesLockSeats(showtimeId, { seatIds }, options);
      return response.status === 201 ? response.data.data : refusal(response);
    },
    async unlock(showtimeId, seatIds) {
      const { status, data } = await showtimesUnlockSeats(showtimeId, { seatIds }, options);
      return status === 200 ? data.data.seatIds : [];
    },
    async reserve(showtimeId, seatIds) {
      const headers = { ...options.headers, 'Idempotency-Key': crypto.randomUUID() };
      const body = { showtimeId, seatIds };
      const { status, data } = await reservationsCreate(body, { ...options, headers });
      if (status !== 201) {
        throw new Error(data.error.message);
      }
      return data.data;
    },
    async cancel(reservationId) {
      const { status, data } = await reservationsCancel(reservationId, {}, options);
      return status === 200 ? data.data : { code: data.error.code };
    },
  };
}

/** The code decides which details there are, and the compiler knows. */
function refusal({ data: { error } }: showtimesLockSeatsResponseError): Refusal {
  // @ts-expect-error Before a look at the code there are no seats; fails if the types are loose.
  void error.details.seats;
  return error.code === 'SEATS_UNAVAILABLE'
    ? { code: error.code, reasons: error.details.seats.map(({ reason }) => reason) }
    : { code: error.code };
}
