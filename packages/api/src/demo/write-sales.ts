import { formatMinor, parseMinor } from '../../money.ts';
import { newReference } from '../../reservations/reference.ts';
import type { SeatType } from '../../theaters/schema.ts';
import { Reservation, ReservationEvent } from '../entities/index.ts';
import type { Seat, Showtime } from '../entities/index.ts';
import { query } from '../query.ts';
import type { Database } from '../query.ts';
import type { SalePlan } from './sales.ts';

/** A reservation, and what its seats were sold for. */
export interface Sale {
  reservation: Reservation;
  seats: { seat: Seat; price: string }[];
}

/** Adds the reservation and its history to the unit of work. */
export function addSale(tx: Database, plan: SalePlan): Sale {
  const { showtime, user, createdAt, cancelledAt } = plan;
  const seats = plan.seats.map((seat) => ({ seat, price: priceOf(showtime, seat.seatType) }));
  const total = seats.reduce((sum, { price }) => sum + parseMinor(price), 0n);
  const reservation = tx.em.create(Reservation, {
    reference: newReference(),
    user,
    showtime,
    status: cancelledAt ? 'cancelled' : 'confirmed',
    totalPrice: formatMinor(total),
    seatCount: seats.length,
    currency: showtime.currency,
    cancelledAt,
    createdAt,
    updatedAt: cancelledAt ?? createdAt,
  });
  const event = { reservation, actor: user };
  tx.em.create(ReservationEvent, { ...event, step: 'confirmed', createdAt });
  if (cancelledAt) {
    tx.em.create(ReservationEvent, { ...event, step: 'cancelled', createdAt: cancelledAt });
  }
  return { reservation, seats };
}

/** The record of every seat that was bought, and a claim on those that were not given back. */
export async function insertSeats(tx: Database, sales: readonly Sale[]): Promise<void> {
  const sold = sales.flatMap(({ reservation, seats }) =>
    seats.map(({ seat, price }) => ({ reservation: reservation.id, seat: seat.id, price })),
  );
  await query(
    tx,
    `insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
     select r.id, sold.seat_id, t.id, t.theater_id, sold.price
     from unnest($1::uuid[], $2::uuid[], $3::numeric[]) as sold (reservation_id, seat_id, price)
     join reservations r on r.id = sold.reservation_id
     join showtimes t on t.id = r.showtime_id`,
    [
      sold.map(({ reservation }) => reservation),
      sold.map(({ seat }) => seat),
      sold.map(({ price }) => price),
    ],
  );
  await query(
    tx,
    `insert into seat_claims
       (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
     select s.showtime_id, s.seat_id, s.theater_id, r.user_id, s.price, r.created_at, r.id
     from reservation_seats s join reservations r on r.id = s.reservation_id
     where r.status <> 'cancelled'`,
  );
}

function priceOf({ price, premiumPrice, vipPrice }: Showtime, type: SeatType): string {
  return { regular: price, premium: premiumPrice ?? price, vip: vipPrice ?? price }[type];
}
