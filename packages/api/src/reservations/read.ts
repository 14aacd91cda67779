import { sitesWith } from '../auth/rights.ts';
import { given, selection } from '../db/conditions.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { toPayment } from '../payments/read.ts';
import type { ActorContext, StaffContext, UserContext } from '../service-context.ts';
import { getShowtime } from '../showtimes/list.ts';
import { unreachable } from '../staff/at-site.ts';
import type { HeldLocks, ListReservations, Reservation } from './schema.ts';
import type { ListAllReservations, ReservationWithUser } from './schema.ts';

const answerRow = { id: 'uuid', createdAt: 'instant', answer: jsonOf<unknown>() } as const;

const ownReservations = selection({
  columns: answerRow,
  fixed: 2,
  text: (conditions) => `
    select r.id, r.created_at as "createdAt", reservation_answer(r.id) as answer
    from reservations r join showtimes t on t.id = r.showtime_id
    where r.user_id = $1 and ${conditions}
    order by r.created_at desc, r.id desc limit $2`,
  conditions: {
    upcoming: 't.start_time > clock_timestamp()',
    past: 't.start_time <= clock_timestamp()',
    reference: 'r.reference = upper($1)',
    after: '(r.created_at, r.id) < ($1::timestamptz, $2::uuid)',
  },
});

/** The caller's reservations, newest first. */
export async function listReservations(
  ctx: UserContext,
  input: ListReservations,
): Promise<Page<Reservation>> {
  const after = readInstantCursor(input.cursor);
  const when = input.when === 'all' ? {} : { [input.when]: [] };
  const bound = ownReservations.where([ctx.caller.id, input.limit + 1], {
    ...when,
    reference: given(input.reference),
    after,
  });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: ({ answer }) => toReservation(answer),
  });
}

const allReservations = selection({
  columns: { ...answerRow, userId: 'uuid', email: 'text?' },
  fixed: 1,
  text: (conditions) => `
    select r.id, r.created_at as "createdAt", reservation_answer(r.id) as answer,
      u.id as "userId", case when u.role <> 'guest' then u.email end as email
    from reservations r
    join users u on u.id = r.user_id
    join theaters h on h.id = r.theater_id
    where ${conditions} order by r.created_at desc, r.id desc limit $1`,
  conditions: {
    showtimeId: 'r.showtime_id = $1',
    userId: 'r.user_id = $1',
    status: 'r.status = $1',
    reference: 'r.reference = upper($1)',
    sites: 'h.site_id = any($1)',
    after: '(r.created_at, r.id) < ($1::timestamptz, $2::uuid)',
  },
});

/** The reservations of all users at the caller's sites, newest first, each with its user. */
export async function listAllReservations(
  ctx: StaffContext,
  input: ListAllReservations,
): Promise<Page<ReservationWithUser>> {
  const after = readInstantCursor(input.cursor);
  const bound = allReservations.where([input.limit + 1], {
    showtimeId: given(input.showtimeId),
    userId: given(input.userId),
    status: given(input.status),
    reference: given(input.reference),
    sites: given(ctx.sites ?? undefined),
    after,
  });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: ({ answer, userId, email }) => ({
      ...toReservation(answer),
      user: { id: userId, email },
    }),
  });
}

const readableReservation = statement(
  `select reservation_answer(r.id) as answer
   from reservations r join theaters h on h.id = r.theater_id
   where r.id = $1 and (r.user_id = $2 or $3::uuid[] is null or h.site_id = any($3))`,
  { answer: jsonOf<unknown>() },
);

/**
 * One of the caller's reservations, or of a site where the caller has a right.
 *
 * @param right what admits to those of others: that of the call, which need not be to read
 * @throws NotFoundError, ForbiddenError
 */
export async function getReservation(
  ctx: ActorContext,
  reservationId: string,
  right: 'read' | 'sell',
): Promise<Reservation> {
  const values = [reservationId, ctx.caller.id, sitesWith(ctx.caller, right)];
  const [row] = await query(ctx, readableReservation, values);
  if (!row) {
    throw await unreachable(ctx, { kind: 'reservation', id: reservationId });
  }
  return toReservation(row.answer);
}

const locksRow = {
  showtimeId: 'uuid',
  seats:
    jsonOf<(Omit<HeldLocks[number]['seats'][number], 'expiresAt'> & { expiresAt: string })[]>(),
} as const;

const ownLocks = statement(
  `select c.showtime_id as "showtimeId", json_agg(json_build_object(
       'id', s.id, 'rowLabel', s.row_label, 'seatNumber', s.seat_number,
       'price', c.price::text, 'expiresAt', lock_end(c.expires_at, c.paying_id),
       'reservationId', c.paying_id)
     order by s.row_index, s.position) as seats
   from seat_claims c
   join seats s on s.id = c.seat_id
   join showtimes t on t.id = c.showtime_id
   where c.user_id = $1 and c.reservation_id is null and c.kind = 'lock'
     and c.expires_at > clock_timestamp()
   group by c.showtime_id, t.start_time order by t.start_time, c.showtime_id`,
  locksRow,
);

/** The caller's live seat locks by showtime, soonest show first. */
export async function listLocks(ctx: UserContext): Promise<HeldLocks> {
  const held = await query(ctx, ownLocks, [ctx.caller.id]);
  return Promise.all(held.map((each) => toHeldLocks(ctx, each)));
}

async function toHeldLocks(
  ctx: ActorContext,
  { showtimeId, seats }: RowOf<typeof locksRow>,
): Promise<HeldLocks[number]> {
  return {
    showtime: await getShowtime(ctx, showtimeId),
    seats: seats.map((seat) => ({ ...seat, expiresAt: new Date(seat.expiresAt) })),
  };
}

/** A reservation from the JSON that the database made of it. */
export function toReservation(answer: unknown): Reservation {
  const reservation = completed(answer);
  const { showtime, createdAt, cancelledAt } = reservation;
  return {
    ...reservation,
    showtime: {
      ...showtime,
      startTime: new Date(showtime.startTime),
      endTime: new Date(showtime.endTime),
    },
    createdAt: new Date(createdAt),
    cancelledAt: cancelledAt && new Date(cancelledAt),
    seats: reservation.seats.map((seat) => ({
      ...seat,
      cancelledAt: seat.cancelledAt && new Date(seat.cancelledAt),
    })),
    payment: reservation.payment && toPayment(reservation.payment),
    refunds: reservation.refunds.map((refund) => ({
      ...refund,
      createdAt: new Date(refund.createdAt),
    })),
  };
}

type Seat = Reservation['seats'][number];
type SeatOfBefore =
  | 'id'
  | 'rowLabel'
  | 'seatNumber'
  | 'rowIndex'
  | 'position'
  | 'seatType'
  | 'price';
type OfBefore =
  | 'id'
  | 'reference'
  | 'status'
  | 'showtime'
  | 'totalPrice'
  | 'currency'
  | 'createdAt'
  | 'cancelledAt';

/** What every release has kept; all else may be absent. */
type Kept = Pick<Reservation, OfBefore> &
  Partial<Omit<Reservation, 'seats'>> & {
    seats: (Pick<Seat, SeatOfBefore> & Partial<Seat>)[];
  };

/**
 * Completes an answer that a release before has kept for a repetition: it knew one ticket type, and
 * nothing that was paid in advance.
 */
function completed(answer: unknown): Reservation {
  const reservation = answer as Kept;
  return {
    showCancelReason: null,
    channel: 'web',
    contactEmail: null,
    customerName: null,
    cancelReason: null,
    fees: '0.00',
    discount: '0.00',
    tax: '0.00',
    total: reservation.totalPrice,
    refunded: '0.00',
    payment: null,
    refunds: [],
    ...reservation,
    seats: reservation.seats.map((seat) => ({
      ticketType: { id: standardTicketType, code: 'standard', name: 'Standard' },
      discount: '0.00',
      tax: '0.00',
      cancelledAt: null,
      ...seat,
    })),
  };
}
