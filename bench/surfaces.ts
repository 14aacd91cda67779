import { randomUUID } from 'node:crypto';
import type { Call } from './load.ts';
import type { User } from './stage.ts';

/** Two seats that somebody wants. */
export interface Purchase {
  user: User;
  showtimeId: string;
  seatIds: string[];
}

/** A way to book: what is sent for each step. */
export interface Booking {
  /** The first step sells a seat already, and the second one the other. */
  sellsAtLock?: true;
  lock(purchase: Purchase): Call;
  confirm(purchase: Purchase): Call;
}

/** An address of one's own, from an id or a number. */
export function addressOf(id: string | number): string {
  const digits = typeof id === 'number' ? id : Number.parseInt(id.slice(-6), 16);
  return `10.${(digits >> 16) & 255}.${(digits >> 8) & 255}.${digits & 255}`;
}

/** Signed in, and with an idempotency key of its own, as the SDK sends every mutation. */
function post(path: string, { id, token }: User, body: object): Call {
  const headers = {
    'x-forwarded-for': addressOf(id),
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  return { method: 'POST', path, headers, body: JSON.stringify(body) };
}

export const rest: Booking = {
  lock: ({ user, showtimeId, seatIds }) =>
    post(`/api/v1/showtimes/${showtimeId}/lock-seats`, user, { seatIds }),
  confirm: ({ user, showtimeId, seatIds }) =>
    post('/api/v1/reservations', user, { showtimeId, seatIds }),
};

/** Gives a reservation back. */
export function cancel({ id, token }: User, reservationId: string): Call {
  const headers = { 'x-forwarded-for': addressOf(id), authorization: `Bearer ${token}` };
  return { method: 'DELETE', path: `/api/v1/reservations/${reservationId}`, headers };
}

/** tRPC's wire with superjson, a mutation alone in its request. */
export const trpc: Booking = {
  lock: ({ user, showtimeId, seatIds }) =>
    post('/trpc/showtimes.lockSeats', user, { json: { showtimeId, seatIds } }),
  confirm: ({ user, showtimeId, seatIds }) =>
    post('/trpc/reservations.create', user, { json: { showtimeId, seatIds } }),
};

export const raw: Booking = {
  lock: ({ user, showtimeId, seatIds }) => post('/lock', user, { showtimeId, seatIds }),
  confirm: ({ user, showtimeId, seatIds }) => post('/confirm', user, { showtimeId, seatIds }),
};

/** Bare's, and that of walls. */
export const bare: Booking = {
  lock: ({ user, ...wanted }) => minimal('/lock', { userId: user.id, ...wanted }),
  confirm: ({ user, ...wanted }) => minimal('/confirm', { userId: user.id, ...wanted }),
};

function minimal(path: string, body: object): Call {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', path, headers, body: JSON.stringify(body) };
}

/** One seat per request: a purchase of two is two bookings, and there is no seat lock. */
export const ordinary: Booking = {
  sellsAtLock: true,
  lock: ({ user, showtimeId, seatIds: [seatId] }) =>
    post('/bookings', user, { showtimeId, seatId }),
  confirm: ({ user, showtimeId, seatIds: [, seatId] }) =>
    post('/bookings', user, { showtimeId, seatId }),
};

export function get(path: string, headers: Record<string, string> = {}): Call {
  return { method: 'GET', path, headers };
}

/** A query alone in its request, as the SDK sends one that nobody else joins. */
export function query(procedure: string, input: object): Call {
  return get(`/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`);
}

/** The same in a batch of one. */
export function batchedQuery(procedure: string, input: object): Call {
  const written = JSON.stringify({ 0: { json: input } });
  return get(`/trpc/${procedure}?batch=1&input=${encodeURIComponent(written)}`);
}
