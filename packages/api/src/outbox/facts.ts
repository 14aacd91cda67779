import type { ProviderName } from '../db/entities/provider-event.ts';

/*
 * What services and database functions write into the outbox, in the transaction of the effect.
 * `consequences.ts` says what follows from each.
 */

/** The payload of each kind of fact. */
export interface Facts {
  /** Written by the database function `confirm_seats`. */
  'reservation.confirmed': { reservationId: string };
  'reservation.cancelled': {
    reservationId: string;
    /** `cancelled`: by the customer or the staff; `exchanged`: by the staff, for another one. */
    cause: 'cancelled' | 'exchanged' | 'show_cancelled' | 'payment_expired' | 'seats_gone';
  };
  /** Some of its seats were given back; the entry of `reservation_log` has them. */
  'reservation.seats_cancelled': { reservationId: string; entryId: string };
  /** Seats of it were moved; the entry of `reservation_log` has them. */
  'reservation.reseated': { reservationId: string; entryId: string };
  /** The old codes of its tickets are void. */
  'tickets.reissued': { reservationId: string };
  /** A reservation has lost its seats or its show, or was paid twice: an open payment must end. */
  'payment.unwanted': { reservationId: string };
  'refund.due': { refundId: string };
  /** Somebody wants to set a new password: at an address that was typed, or for an account. */
  'password_reset.requested': { email: string } | { userId: string };
  'password.changed': { userId: string };
  'second_factor.changed': { userId: string; change: 'added' | 'removed' };
  /** The address of an account is to be proven. */
  'email_proof.requested': { userId: string };
  /** A show begins in a day, at `startTime`: an instant in ISO 8601. */
  'reminder.due': { reservationId: string; startTime: string };
  /** A user is about to prove a telephone number. */
  'phone_proof.requested': { userId: string };
  /** A provider has sent a message about a payment. */
  'provider.reported': { provider: ProviderName; ref: string };

  /*
   * From these webhooks alone follow: they are written only where an enabled endpoint wants them, by
   * `noteFacts` or by the database function `note_fact`.
   */
  'showtime.created': { showtimeId: string };
  'showtime.updated': { showtimeId: string };
  'showtime.cancelled': { showtimeId: string };
  'movie.updated': { movieId: string };
  'reservation.pending': { reservationId: string };
  'payment.succeeded': { paymentId: string };
  /** An attempt to pay was declined; the customer can try again. */
  'payment.failed': { paymentId: string };
  'payment.refunded': { paymentId: string };
  'payment.disputed': { paymentId: string };
  'ticket.checked_in': { checkInId: string };
  'incident.opened': { incidentId: string };

  /** An administrator wants an endpoint to receive something now. */
  ping: { endpointId: string };
  'webhook.replayed': { endpointId: string; deliveryId: string };
  /** An endpoint receives nothing more, and an administrator is to know. */
  'webhook.disabled': { endpointId: string; userId: string };
}

export type FactKind = keyof Facts;

/** A fact of one kind, as a consequence receives it. */
export interface Fact<Kind extends FactKind = FactKind> {
  readonly id: string;
  readonly kind: Kind;
  /** One intent per key: a fact with a key that is there already is not written again. */
  readonly key: string;
  readonly payload: Facts[Kind];
  readonly createdAt: Date;
}
