import { v7 } from 'uuid';
import { mayBook } from '../auth/proof.ts';
import { queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { StateError, ValidationError } from '../errors.ts';
import type { ConfirmCall } from '../seats/booking-batches.ts';
import { bookingCall, checkedAnswerOf, noteSeats } from '../seats/booking.ts';
import type { Outcome } from '../seats/outcome.ts';
import type { ClaimantContext } from '../service-context.ts';
import { toReservation } from './read.ts';
import { newReference } from './reference.ts';
import type { CreateReservation, Reservation } from './schema.ts';

/** One reference in a million reservations collides; three in a row are a defect. */
const referenceAttempts = 3;

/**
 * Turns live seat locks of the caller into a reservation, at the prices fixed when they were
 * locked: all the seats given, or nothing. Where something is paid in advance it is pending, and its
 * seats stay locked on the clock of the payment. The database function writes the fact
 * `reservation.confirmed`.
 *
 * @throws ValidationError for a guest without `contactEmail` where mail is sent
 * @throws ConflictError `LOCK_EXPIRED` with every seat that the caller has not locked;
 * `PAYMENT_PENDING`, `PRICE_CHANGED`
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`, `AMOUNT_TOO_SMALL`,
 * `TICKET_TYPE_NOT_ALLOWED`, `AGE_RESTRICTED`, `EMAIL_NOT_VERIFIED`
 */
export async function createReservation(
  ctx: ClaimantContext,
  input: CreateReservation,
): Promise<Reservation> {
  assertReachable(ctx, input);
  if (!(await mayBook(ctx))) {
    throw new StateError('EMAIL_NOT_VERIFIED', { limit: 0 });
  }
  const { seatIds, ticketTypeIds } = seatsOf(input);
  for (let attempt = 1; ; attempt += 1) {
    const call = {
      ...bookingCall(ctx, { showtimeId: input.showtimeId, seatIds }),
      reservationId: v7(),
      reference: newReference(),
    };
    const result = isPlain(ctx, input)
      ? await ctx.app.bookings.confirm(call)
      : await reserve(ctx, { ...call, ticketTypeIds }, input);
    if (result.outcome !== 'reference_taken' || attempt === referenceAttempts) {
      const answer = checkedAnswerOf(ctx, result, 'showtimeId');
      ctx.facts.written = result.outcome === 'ok';
      const reservation = toReservation(answer);
      if (reservation.status === 'confirmed') {
        const seats = reservation.seats.length;
        noteSeats(ctx, result, { event: 'confirmed', seats, reservations: 1 });
      }
      return reservation;
    }
  }
}

/** A guest has no other address, and the mail has the link to the booking. */
function assertReachable({ app, caller }: ClaimantContext, { contactEmail }: CreateReservation) {
  if (app.sendsMail && caller.isGuest && contactEmail === undefined) {
    throw new ValidationError([{ path: ['contactEmail'], message: 'must be given by guests' }]);
  }
}

/** The seats of a purchase, and the ticket type of each; null: the first one of its price list. */
interface PurchasedSeats {
  seatIds: string[];
  ticketTypeIds: string[] | null;
}

/** @throws ValidationError unless the seats are given in one of the two ways */
export function seatsOf({
  seatIds,
  seats,
}: Pick<CreateReservation, 'seatIds' | 'seats'>): PurchasedSeats {
  if (seats === undefined && seatIds !== undefined) {
    return { seatIds, ticketTypeIds: null };
  }
  if (seats === undefined || seatIds !== undefined) {
    const message = 'must be given, or seats, but not both';
    throw new ValidationError([{ path: ['seatIds'], message }]);
  }
  return {
    seatIds: seats.map(({ seatId }) => seatId),
    ticketTypeIds: seats.map(({ ticketTypeId }) => ticketTypeId),
  };
}

/** Whether the purchase can travel with others: nothing is paid in advance, and only seats are given. */
function isPlain({ app }: ClaimantContext, input: CreateReservation): boolean {
  const { seats, contactEmail, contactPhone, locale, expectedTotal } = input;
  return (
    !app.payments.isOn &&
    [seats, contactEmail, contactPhone, locale, expectedTotal].every((each) => each === undefined)
  );
}

const reserveSeats = statement(
  `select reserve_seats($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) as result`,
  { result: jsonOf<Outcome>() },
);

async function reserve(
  ctx: ClaimantContext,
  call: ConfirmCall & Pick<PurchasedSeats, 'ticketTypeIds'>,
  input: CreateReservation,
): Promise<Outcome> {
  const { payments, config, bookings } = ctx.app;
  const { contactEmail: email, contactPhone: phone, locale } = input;
  const contact = { email, phone, locale };
  const { result } = await queryOne(ctx, reserveSeats, [
    call.sessionId,
    call.tokenEndsAt,
    call.userId,
    call.showtimeId,
    call.seatIds,
    call.ticketTypeIds,
    call.reservationId,
    call.reference,
    payments.isOn ? v7() : null,
    config.paymentWindowMinutes * 60,
    payments.minimum(config.currency),
    input.expectedTotal ?? null,
    Object.values(contact).every((each) => each === undefined) ? null : JSON.stringify(contact),
    bookings.mostReserved,
    call.key,
    call.fingerprint,
  ]);
  return result;
}
