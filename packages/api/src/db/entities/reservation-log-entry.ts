import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, isAmount } from '../columns.ts';
import { Reservation } from './reservation.ts';
import { Showtime } from './showtime.ts';
import { Theater } from './theater.ts';
import { User } from './user.ts';

export const logKinds = [
  'seats_cancelled',
  'cancelled',
  'refunded',
  'refund_failed',
  'charged_back',
  'charge_back_won',
  'reseated',
] as const;

const ReservationLogSchema = defineEntity({
  name: 'ReservationLogEntry',
  tableName: 'reservation_log',
  indexes: [{ name: 'idx_reservation_log_place', properties: ['showtime', 'reservation'] }],
  checks: [
    { name: 'reservation_log_price_is_amount', expression: isAmount('price') },
    { name: 'reservation_log_kept_is_number', expression: `kept <> 'NaN'` },
  ],
  properties: {
    id: id(),
    reservation: () => p.manyToOne(Reservation).createForeignKeyConstraint(false).index(false),
    showtime: () => p.manyToOne(Showtime).createForeignKeyConstraint(false).index(false),
    theater: () => p.manyToOne(Theater).createForeignKeyConstraint(false).index(false),
    reservationOfTheater: () =>
      p
        .manyToOne(Reservation)
        .joinColumns('theater_id', 'showtime_id', 'reservation_id')
        .referencedColumnNames('theater_id', 'showtime_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservation_log_place_fk')
        .index(false)
        .nullable()
        .hydrate(false),
    kind: p.enum(logKinds),
    /** Seats that were given back, and what they had cost. */
    seats: p.integer().default(0),
    price: p.decimal().precision(12).scale(2).default('0'),
    /** What the cinema keeps of it; negative when it gives more than it took back. */
    kept: p.decimal().precision(12).scale(2).default('0'),
    data: p.json().columnType('jsonb').defaultRaw(`'{}'`),
    /** Null: a provider or the clock. */
    actor: () =>
      p
        .manyToOne(User)
        .joinColumn('actor_id')
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservation_log_actor_fk')
        .index(false),
    createdAt: createdAt(),
  },
});

/**
 * What became of a reservation after it was sold, as often as it happens: reports add it to the sale.
 * Written once, never changed.
 */
export class ReservationLogEntry extends ReservationLogSchema.class {}
ReservationLogSchema.setClass(ReservationLogEntry);
