import { defineEntity, p } from '@mikro-orm/core';
import { instant, isAmount, money } from '../columns.ts';
import { Reservation } from './reservation.ts';
import { Seat } from './seat.ts';
import { standardTicketType } from './ticket-type.ts';

const ReservationSeatSchema = defineEntity({
  name: 'ReservationSeat',
  tableName: 'reservation_seats',
  indexes: [{ name: 'idx_reservation_seats_seat', properties: ['seatId'] }],
  checks: [
    { name: 'reservation_seats_price_is_amount', expression: isAmount('price') },
    {
      name: 'reservation_seats_parts_are_amounts',
      expression: `${isAmount('discount')} and ${isAmount('tax')} and tax <= price`,
    },
  ],
  properties: {
    reservationId: p.uuid().primary(),
    seatId: p.uuid().primary(),
    showtimeId: p.uuid(),
    theaterId: p.uuid(),
    /** The price fixed when the seat was locked. */
    price: money(),
    /** What a promotion took off; the price of the list is both together. */
    discount: money().default('0'),
    ticketTypeId: p.uuid().default(standardTicketType),
    /** Tax contained in the price: the rate in basis points, and the amount. */
    taxRateBp: p.smallint().default(0),
    tax: money().default('0'),
    /** When the seat was given back. */
    cancelledAt: instant().nullable(),
    /** Grows when a ticket is issued anew. */
    ticketVersion: p.smallint().default(1),
    reservation: () =>
      p
        .manyToOne(Reservation)
        .joinColumns('theater_id', 'showtime_id', 'reservation_id')
        .referencedColumnNames('theater_id', 'showtime_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservation_seats_place_fk')
        .index(false)
        .nullable()
        .hydrate(false),
    seat: () =>
      p
        .manyToOne(Seat)
        .joinColumns('theater_id', 'seat_id')
        .referencedColumnNames('theater_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservation_seats_seat_fk')
        .index(false)
        .nullable()
        .hydrate(false),
  },
});

/** The record of one seat that was bought; stays after a cancellation. */
export class ReservationSeat extends ReservationSeatSchema.class {}
ReservationSeatSchema.setClass(ReservationSeat);
