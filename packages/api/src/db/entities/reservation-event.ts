import { defineEntity, p } from '@mikro-orm/core';
import { createdAt } from '../columns.ts';
import { Reservation, reservationStatuses } from './reservation.ts';
import { User } from './user.ts';

const ReservationEventSchema = defineEntity({
  name: 'ReservationEvent',
  tableName: 'reservation_events',
  properties: {
    reservation: () =>
      p
        .manyToOne(Reservation)
        .primary()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservation_events_reservation_fk')
        .index(false),
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
  },
});

/** One step of a reservation, who took it and when. Written once, never changed. */
export class ReservationEvent extends ReservationEventSchema.class {}
ReservationEventSchema.setClass(ReservationEvent);
