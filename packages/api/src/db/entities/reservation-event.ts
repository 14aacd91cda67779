import { defineEntity, p } from '@mikro-orm/core';
import { createdAt } from '../columns.ts';
import { Reservation, reservationStatuses } from './reservation.ts';
import { Showtime } from './showtime.ts';
import { Theater } from './theater.ts';
import { User } from './user.ts';

const ReservationEventSchema = defineEntity({
  name: 'ReservationEvent',
  tableName: 'reservation_events',
  properties: {
    reservation: () =>
      p.manyToOne(Reservation).primary().createForeignKeyConstraint(false).index(false),
    step: p.enum(reservationStatuses).primary(),
    actor: () =>
      p
        .manyToOne(User)
        .joinColumn('actor_id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservation_events_actor_fk')
        .index(false),
    reason: p.string().length(500).nullable(),
    createdAt: createdAt(),
    showtime: () => p.manyToOne(Showtime).createForeignKeyConstraint(false).index(false),
    theater: () => p.manyToOne(Theater).createForeignKeyConstraint(false).index(false),
    reservationOfTheater: () =>
      p
        .manyToOne(Reservation)
        .joinColumns('theater_id', 'showtime_id', 'reservation_id')
        .referencedColumnNames('theater_id', 'showtime_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservation_events_place_fk')
        .index(false)
        .nullable()
        .hydrate(false),
  },
});

/** One step of a reservation, who took it and when. Written once, never changed. */
export class ReservationEvent extends ReservationEventSchema.class {}
ReservationEventSchema.setClass(ReservationEvent);
