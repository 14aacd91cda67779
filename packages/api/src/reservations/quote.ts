import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { noSuch, NotFoundError } from '../errors.ts';
import { formatMinor, parseMinor } from '../money.ts';
import { refusalOfTypes } from '../seats/booking.ts';
import type { TypesRefusal } from '../seats/booking.ts';
import type { UserContext } from '../service-context.ts';
import type { RefundPolicy } from '../sites/schema.ts';
import { seatsOf } from './create.ts';
import type { CreateReservation, Quote } from './schema.ts';

/** The price of a type that is not for sale is refused below. */
const lines = statement(
  `select l.seat_id as "seatId", l.ticket_type_id as "ticketTypeId",
     coalesce(l.price, 0)::numeric(10, 2) as price, '0.00'::numeric(10, 2) as discount,
     coalesce(contained_tax(l.price, l.tax_rate_bp), 0)::numeric(10, 2) as tax
   from purchase_lines($1, $2, $3, $4, clock_timestamp()) l order by l.place`,
  {
    seatId: 'uuid',
    ticketTypeId: 'uuid',
    price: 'numeric',
    discount: 'numeric',
    tax: 'numeric',
  },
);

const purchaseTerms = statement(
  `select coalesce(total, 0)::numeric(12, 2) as total, coalesce(fees, 0)::numeric(12, 2) as fees,
     refusal
   from purchase_terms($1, $2, $3, $4, clock_timestamp())`,
  {
    total: 'numeric',
    fees: 'numeric',
    refusal: jsonOf<TypesRefusal | null>({ nullable: true }),
  },
);

const terms = statement(
  `select t.currency, i.refund_policy as policy
   from showtimes t join theaters h on h.id = t.theater_id join sites i on i.id = h.site_id
   where t.id = $1 and t.archived_at is null`,
  { currency: 'text', policy: jsonOf<RefundPolicy>() },
);

/**
 * What a purchase would cost: the caller's locks at their fixed prices, other seats as they would be
 * priced now. Has no effect, and asks for no locks.
 *
 * @throws NotFoundError with the seats that are not in the showtime's theater
 * @throws StateError `TICKET_TYPE_NOT_ALLOWED`, `AGE_RESTRICTED`
 */
export async function quoteReservation(ctx: UserContext, input: CreateReservation): Promise<Quote> {
  const { seatIds, ticketTypeIds } = seatsOf(input);
  const [found] = await query(ctx, terms, [input.showtimeId]);
  if (!found) {
    throw noSuch('showtime', 'showtimeId');
  }
  const purchase = [ctx.caller.id, input.showtimeId, seatIds, ticketTypeIds];
  const seats = await query(ctx, lines, purchase);
  const known = new Set(seats.map(({ seatId }) => seatId));
  const missing = seatIds.filter((seatId) => !known.has(seatId));
  if (missing.length > 0) {
    throw new NotFoundError('Some of these seats are not in this theater.', { seatIds: missing });
  }
  const { total: totalPrice, fees, refusal } = await queryOne(ctx, purchaseTerms, purchase);
  if (refusal) {
    throw refusalOfTypes(refusal);
  }
  return {
    seats,
    totalPrice,
    fees,
    discount: '0.00',
    tax: sumOf(seats.map(({ tax }) => tax)),
    total: sumOf([totalPrice, fees]),
    currency: found.currency,
    refundPolicy: found.policy,
  };
}

function sumOf(amounts: readonly string[]): string {
  return formatMinor(amounts.reduce((sum, amount) => sum + parseMinor(amount), 0n));
}
