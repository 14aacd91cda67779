import { Reservation, ReservationEvent } from '../db/entities/index.ts';
import type { Seat } from '../db/entities/index.ts';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { newReference } from '../reservations/reference.ts';
import type { SalePlan } from './sales.ts';

/** A reservation and its seats. */
export interface Sale {
  reservation: Reservation;
  seats: Seat[];
}

/** Adds the reservation and its history to the unit of work; `insertSeats` prices it. */
export function addSale(tx: Database, plan: SalePlan): Sale {
  const { showtime, user, seats, createdAt, cancelledAt } = plan;
  const reservation = tx.em.create(Reservation, {
    reference: newReference(),
    user,
    showtime,
    theater: showtime.theater,
    status: cancelledAt ? 'cancelled' : 'confirmed',
    totalPrice: '0.00',
    seatCount: seats.length,
    currency: showtime.currency,
    contactEmail: user.role === 'guest' ? 'grace.guest@example.org' : null,
    cancelledAt,
    createdAt,
    updatedAt: cancelledAt ?? createdAt,
  });
  const event = { reservation, actor: user, showtime, theater: showtime.theater };
  tx.em.create(ReservationEvent, { ...event, step: 'confirmed', createdAt });
  if (cancelledAt) {
    tx.em.create(ReservationEvent, { ...event, step: 'cancelled', createdAt: cancelledAt });
  }
  return { reservation, seats };
}

const insertSold = statement(
  `insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
   select r.id, s.id, t.id, t.theater_id,
     seat_price(s.seat_type, t.price, t.premium_price, t.vip_price)
   from unnest($1::uuid[], $2::uuid[]) as sold (reservation_id, seat_id)
   join reservations r on r.id = sold.reservation_id
   join showtimes t on t.id = r.showtime_id
   join seats s on s.id = sold.seat_id`,
);

const addUp = statement(
  `update reservations r set total_price = sold.total
   from (select reservation_id, sum(price) as total from reservation_seats
     group by reservation_id) sold
   where sold.reservation_id = r.id`,
);

const claimSold = statement(
  `insert into seat_claims
     (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
   select s.showtime_id, s.seat_id, s.theater_id, r.user_id, s.price, r.created_at, r.id
   from reservation_seats s join reservations r on r.id = s.reservation_id
   where r.status <> 'cancelled'`,
);

/** Records every seat that was bought, and claims those that were not given back. */
export async function insertSeats(tx: Database, sales: readonly Sale[]): Promise<void> {
  const sold = sales.flatMap(({ reservation, seats }) =>
    seats.map((seat) => [reservation.id, seat.id] as const),
  );
  await query(tx, insertSold, [sold.map(([id]) => id), sold.map(([, id]) => id)]);
  await query(tx, addUp);
  await query(tx, claimSold);
}
