import { sitesWith } from '../auth/rights.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { NotFoundError, StateError } from '../errors.ts';
import type { ServiceContext, ActorContext } from '../service-context.ts';
import type { RefundPolicy } from '../sites/schema.ts';
import { unreachable } from '../staff/at-site.ts';
import type { PaidSeat } from './refund-policy.ts';

const saleRow = {
  reservationId: 'uuid',
  reference: 'text',
  showtimeId: 'uuid',
  siteId: 'uuid',
  isOwn: 'bool',
  status: textOf<'pending' | 'confirmed' | 'cancelled'>(),
  startTime: 'instant',
  fees: 'numeric',
  policy: jsonOf<RefundPolicy | null>({ nullable: true }),
  remaining: 'numeric?',
  /** A bank has taken back a payment, and nothing is decided yet. */
  isDisputed: 'bool',
  customerId: 'uuid',
  customerName: 'text?',
  contactEmail: 'text?',
  currency: 'text',
  isComp: 'bool',
  isInvoiced: 'bool',
  seats: jsonOf<(PaidSeat & { isCancelled: boolean; isCheckedIn: boolean })[]>(),
  /** The database's clock when this was read. */
  now: 'instant',
} as const;

const saleById = statement(
  `select r.id as "reservationId", r.reference, r.showtime_id as "showtimeId", h.site_id as "siteId",
     r.user_id = $2 as "isOwn", r.status, t.start_time as "startTime", r.fees, r.refund_policy as policy,
     -- Nothing is left of what cost nothing; null is what was not paid for here.
     case when r.total_price + r.fees = 0 then coalesce(p.remaining, 0) else p.remaining end
       as remaining, coalesce(p.disputed, false) as "isDisputed", r.user_id as "customerId",
     r.customer_name as "customerName", r.contact_email as "contactEmail", r.currency,
     coalesce(p.comp, false) as "isComp", coalesce(p.invoiced, false) as "isInvoiced",
     line.seats, date_trunc('milliseconds', clock_timestamp()) as now
   from reservations r
   join showtimes t on t.id = r.showtime_id
   join theaters h on h.id = r.theater_id
   cross join lateral (
     select json_agg(json_build_object('seatId', rs.seat_id, 'price', rs.price::text,
         'isCancelled', rs.cancelled_at is not null, 'isCheckedIn', exists (
           select from check_ins
           where reservation_id = rs.reservation_id and seat_id = rs.seat_id and type = 'entry'
             and result = 'admitted' and undone_at is null)) order by s.row_index, s.position) as seats
     from reservation_seats rs join seats s on s.id = rs.seat_id
     where rs.reservation_id = r.id) line
   left join lateral (
     select sum(captured - returned - lost)::numeric(12, 2) as remaining,
       bool_or(dispute is not distinct from 'open') as disputed, bool_or(tender = 'comp') as comp, bool_or(tender = 'invoice') as invoiced
     from payments
     cross join lateral (
       select coalesce(sum(amount), 0) as returned from refunds
       where payment_id = payments.id and status <> 'failed') f
     cross join lateral (
       select case when dispute = 'lost' then disputed else 0 end as lost) d
     where showtime_id = r.showtime_id and reservation_id = r.id and status = 'succeeded'
       and r.status = 'confirmed') p on true
   where r.id = $1 and (r.user_id = $2 or $3::uuid[] is null or h.site_id = any($3))`,
  saleRow,
);

/** A reservation with what is left of what was paid for it; null when it was not paid for here. */
export type SaleRow = RowOf<typeof saleRow>;

/**
 * Reads one of the caller's reservations, or of a site where the caller has a right.
 *
 * @throws NotFoundError, ForbiddenError
 */
export async function readSale(
  ctx: ActorContext,
  reservationId: string,
  right: 'read' | 'sell',
): Promise<SaleRow> {
  const values = [reservationId, ctx.caller.id, sitesWith(ctx.caller, right)];
  const [sale] = await query(ctx, saleById, values);
  if (!sale) {
    throw await unreachable(ctx, { kind: 'reservation', id: reservationId });
  }
  return sale;
}

/**
 * The seats to cancel: those given, or all that have not been given back.
 *
 * @throws NotFoundError with the seats that are not in the reservation
 * @throws StateError `ALREADY_CANCELLED` when one of them has been given back
 */
export function seatsToCancel(
  { seats }: Pick<SaleRow, 'seats'>,
  seatIds: readonly string[] | undefined,
): SaleRow['seats'] {
  if (seatIds === undefined) {
    return seats.filter(({ isCancelled }) => !isCancelled);
  }
  const missing = seatIds.filter((id) => !seats.some(({ seatId }) => seatId === id));
  if (missing.length > 0) {
    const message = 'Some of these seats are not in this reservation.';
    throw new NotFoundError(message, { seatIds: missing });
  }
  const wanted = seats.filter(({ seatId }) => seatIds.includes(seatId));
  if (wanted.some(({ isCancelled }) => isCancelled)) {
    throw new StateError('ALREADY_CANCELLED');
  }
  return wanted;
}

/** For callers that have taken the locks which come before it. */
export const lockReservation = statement('select id from "reservations" where id = $1 for update', {
  id: 'uuid',
});

/** The second lock needs a value of the first, so PostgreSQL takes them in this order. */
const lockShowAndReservation = statement(
  `with show as materialized (select id from showtimes where id = $1 for key share)
   select r.id from show cross join lateral (
     select id from "reservations" where id = $2 and show.id is not null for update) r`,
  { id: 'uuid' },
);

/** Takes the row locks of a cancellation, in the order in which all transactions take them. */
export async function lockSale(
  tx: ServiceContext,
  { showtimeId, reservationId }: Pick<SaleRow, 'showtimeId' | 'reservationId'>,
): Promise<void> {
  await query(tx, lockShowAndReservation, [showtimeId, reservationId]);
}

/**
 * Frees seats of a reservation, and takes back who went in with them: parts of a statement whose values are
 * the reservation, its showtime, the seats or null for all, who gives them back, the time, and the memory
 * of seat locks. A seat that was locked a short time ago stays as a lock of no length, for the sweep: a lock
 * that follows soon after keeps its hard cap, or seats could be held by buying and cancelling. What makes a
 * lock of a claim holds its user, who may be disabled meanwhile.
 */
const seatsGivenBack = `noted as (
     update reservation_seats set cancelled_at = $5
     where reservation_id = $1 and cancelled_at is null
       and ($3::uuid[] is null or seat_id = any($3))),
   holder as materialized (
     select id from users
     where $6::double precision is not null and disabled_at is null
       and id = (select user_id from reservations where id = $1)
     for no key update),
   sold as (
     select c.showtime_id, c.seat_id,
         exists (select from holder where holder.id = c.user_id)
           and c.locked_at > $5 - make_interval(secs => $6 + $7) as is_remembered
       from reservation_seats rs join seat_claims c
         on c.showtime_id = $2 and c.seat_id = rs.seat_id and c.reservation_id = $1
       where rs.reservation_id = $1 and ($3::uuid[] is null or c.seat_id = any($3))),
   remembered as (
     update seat_claims c set reservation_id = null, locked_at = $5, expires_at = $5,
         hard_cap_at = coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => $6))
       from sold
       where sold.is_remembered and c.showtime_id = sold.showtime_id and c.seat_id = sold.seat_id),
   freed as (
     delete from seat_claims c using sold
     where not sold.is_remembered and c.showtime_id = sold.showtime_id and c.seat_id = sold.seat_id)`;
const entriesTakenBack = `take_back_check_ins($1, $3, 'the seat was given back', $4, $5)::text`;

const giveBack = statement(`with ${seatsGivenBack} select ${entriesTakenBack} as taken`, {
  taken: 'text?',
});

const endAndGiveBack = statement(
  `with ${seatsGivenBack}
   select end_reservation($1, $8, $4, $5)::text as ended, ${entriesTakenBack} as taken`,
  { ended: 'text?', taken: 'text?' },
);

/**
 * Ends a sold reservation with all its seats, which are free in the next statement. Writes the fact
 * `reservation.cancelled`. The caller holds its row.
 *
 * @param reason `exchanged`: by the staff, for another one
 */
export async function endSale(
  tx: ActorContext,
  { reservationId, showtimeId }: Pick<SaleRow, 'reservationId' | 'showtimeId'>,
  { reason, now }: { reason: 'customer' | 'staff' | 'exchanged'; now: Date },
): Promise<void> {
  const values = [reservationId, showtimeId, null, tx.caller.id, now];
  // What the staff take back is no way to keep seats.
  const memory = reason === 'customer' ? memoryOf(tx) : forgotten;
  await query(tx, endAndGiveBack, [...values, ...memory, reason]);
  tx.facts.written = true;
}

/** Frees some seats of a reservation. The caller holds its row. */
export async function giveBackSeats(
  tx: ActorContext,
  { reservationId, showtimeId, isOwn }: Pick<SaleRow, 'reservationId' | 'showtimeId' | 'isOwn'>,
  { seatIds, now }: { seatIds: readonly string[]; now: Date },
): Promise<void> {
  const values = [reservationId, showtimeId, seatIds, tx.caller.id, now];
  await query(tx, giveBack, [...values, ...(isOwn ? memoryOf(tx) : forgotten)]);
}

/** Seconds of a lock at most, and for which one that has ended is remembered. */
type Memory = readonly [most: number | null, keep: number | null];

const forgotten: Memory = [null, null];

function memoryOf({ app }: ServiceContext): Memory {
  const { memory } = app.bookings;
  return memory === undefined ? forgotten : [memory.mostSeconds, memory.keepSeconds];
}
