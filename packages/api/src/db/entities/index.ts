import { AuditEvent } from './audit-event.ts';
import { Delivery } from './delivery.ts';
import { IdempotencyKey } from './idempotency-key.ts';
import { Movie } from './movie.ts';
import { OutboxFact } from './outbox-fact.ts';
import { PastLayout } from './past-layout.ts';
import { ReservationEvent } from './reservation-event.ts';
import { ReservationSeat } from './reservation-seat.ts';
import { Reservation } from './reservation.ts';
import { SeatClaim } from './seat-claim.ts';
import { Seat } from './seat.ts';
import { Session } from './session.ts';
import { Showtime } from './showtime.ts';
import { SignInAttempt } from './sign-in-attempt.ts';
import { Theater } from './theater.ts';
import { User } from './user.ts';
import { ZoneData } from './zone-data.ts';

/** Every table the unit of work knows. */
export const entities = [
  User,
  Session,
  Movie,
  Theater,
  Seat,
  Showtime,
  Reservation,
  ReservationSeat,
  ReservationEvent,
  SeatClaim,
  IdempotencyKey,
  OutboxFact,
  Delivery,
  SignInAttempt,
  AuditEvent,
  ZoneData,
  PastLayout,
];

export { IdempotencyKey, Movie, Reservation, ReservationEvent, ReservationSeat, Seat, SeatClaim };
export { Session, Showtime, Theater, User };
