import { Api } from './generated/swagger-typescript-api.js';
import type { Customer, Refusal } from './story.js';

type LockFailure = Awaited<ReturnType<Api<string>['showtimes']['showtimesLockSeats']>>['error'];

/** With `swagger-typescript-api`: one class with a group of methods for each tag. */
export function customer(baseUrl: string): Customer {
  const api = new Api<string>({
    baseUrl,
    securityWorker: (token) => (token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  });
  return {
    async register(account) {
      const { data } = await api.auth.authRegister(account);
      api.setSecurityData(data.data.accessToken);
    },
    async listShowtimes() {
      const { data } = await api.showtimes.showtimesList({ limit: 100 });
      return data.data.items;
    },
    async listSeats(showtimeId) {
      const { data } = await api.showtimes.showtimesSeats(showtimeId);
      return data.data.seats;
    },
    async lock(showtimeId, seatIds) {
      const { ok, data, error } = await api.showtimes.showtimesLockSeats(showtimeId, { seatIds });
      return ok ? data.data : refusal(error);
    },
    async unlock(showtimeId, seatIds) {
      const { data } = await api.showtimes.showtimesUnlockSeats(showtimeId, { seatIds });
      return data.data.seatIds;
    },
    async reserve(showtimeId, seatIds) {
      const headers = { 'Idempotency-Key': crypto.randomUUID() };
      const body = { showtimeId, seatIds };
      const { data } = await api.reservations.reservationsCreate(body, { headers });
      return data.data;
    },
    async cancel(reservationId) {
      const { ok, data, error } = await api.reservations.reservationsCancel(reservationId);
      return ok ? data.data : { code: error.error.code };
    },
  };
}

/** The code decides which details there are, and the compiler knows. */
function refusal({ error }: LockFailure): Refusal {
  // @ts-expect-error Before a look at the code there are no seats; fails if the types are loose.
  void error.details.seats;
  return error.code === 'SEATS_UNAVAILABLE'
    ? { code: error.code, reasons: error.details.seats.map(({ reason }) => reason) }
    : { code: error.code };
}
