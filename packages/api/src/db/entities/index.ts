import { ApiKey } from './api-key.ts';
import { AuditEvent } from './audit-event.ts';
import { CheckIn } from './check-in.ts';
import { Delivery } from './delivery.ts';
import { IdempotencyKey } from './idempotency-key.ts';
import { Incident } from './incident.ts';
import { MoviePair } from './movie-pair.ts';
import { MoviePopularity } from './movie-popularity.ts';
import { Movie } from './movie.ts';
import { NotificationSettings } from './notification-settings.ts';
import { OutboxFact } from './outbox-fact.ts';
import { PastLayout } from './past-layout.ts';
import { Payment } from './payment.ts';
import { PriceListItem } from './price-list-item.ts';
import { PriceList } from './price-list.ts';
import { ProviderEvent } from './provider-event.ts';
import { Refund } from './refund.ts';
import { RefusedAddress } from './refused-address.ts';
import { ReservationEvent } from './reservation-event.ts';
import { ReservationLogEntry } from './reservation-log-entry.ts';
import { ReservationSeat } from './reservation-seat.ts';
import { Reservation } from './reservation.ts';
import { SeatBlock } from './seat-block.ts';
import { SeatClaim } from './seat-claim.ts';
import { Seat } from './seat.ts';
import { Session } from './session.ts';
import { Shift } from './shift.ts';
import { Showtime } from './showtime.ts';
import { SignInAttempt } from './sign-in-attempt.ts';
import { SiteRole } from './site-role.ts';
import { Site } from './site.ts';
import { Theater } from './theater.ts';
import { TicketKey } from './ticket-key.ts';
import { TicketType } from './ticket-type.ts';
import { UnsubscribedAddress } from './unsubscribed-address.ts';
import { User } from './user.ts';
import { WebhookAttempt } from './webhook-attempt.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';
import { WebhookSecret } from './webhook-secret.ts';
import { ZoneData } from './zone-data.ts';

/** Every table the unit of work knows. */
export const entities = [
  User,
  Session,
  Movie,
  MoviePair,
  MoviePopularity,
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
  Site,
  SiteRole,
  TicketType,
  PriceList,
  PriceListItem,
  Shift,
  Payment,
  Refund,
  ProviderEvent,
  Incident,
  ReservationLogEntry,
  SeatBlock,
  CheckIn,
  TicketKey,
  ApiKey,
  RefusedAddress,
  NotificationSettings,
  UnsubscribedAddress,
  WebhookEndpoint,
  WebhookSecret,
  WebhookAttempt,
];

export { IdempotencyKey, Movie, Reservation, ReservationEvent, ReservationSeat, Seat, SeatClaim };
export { PriceList, Session, Showtime, Site, SiteRole, Theater, User };
