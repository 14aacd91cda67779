import { isApiKey } from '../auth/api-key.ts';
import type { ApiKeyCaller } from '../auth/api-key.ts';
import { sitesWith } from '../auth/rights.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { AuthenticationError, ForbiddenError, noSuch, StateError } from '../errors.ts';
import type { ServiceContext, ActorContext } from '../service-context.ts';
import { unreachable } from '../staff/at-site.ts';
import { codeVersion, signCode } from './code.ts';
import type { Ticket, TicketKeyList, TicketsOf } from './schema.ts';
import type { TicketSheet } from './sheet.ts';

/** One seat of a sold reservation. */
interface SoldSeat {
  seatId: string;
  rowLabel: string;
  seatNumber: number;
  ticketType: Ticket['ticketType'];
  price: string;
  needsProof: boolean;
  version: number;
  isCancelled: boolean;
  usedAt: string | null;
}

const sold = {
  reservationId: 'uuid',
  reference: 'text',
  status: textOf<'pending' | 'confirmed' | 'cancelled'>(),
  userId: 'uuid',
  siteId: 'uuid',
  showtimeId: 'uuid',
  movie: 'text',
  minimumAge: 'int?',
  theater: 'text',
  site: 'text',
  address: 'text?',
  startTime: 'instant',
  endTime: 'instant',
  timezone: 'text',
  currency: 'text',
  locale: 'text?',
  /** Grows with every change that a calendar is to show. */
  revision: 'int',
  seats: jsonOf<SoldSeat[]>(),
} as const;

/** A reservation as tickets show it. */
export type SoldReservation = RowOf<typeof sold>;

const soldById = statement(
  `select r.id as "reservationId", r.reference, r.status, r.user_id as "userId",
     h.site_id as "siteId", t.id as "showtimeId", m.title as movie,
     case when m.age_rule <> 'advisory' then m.minimum_age end as "minimumAge",
     h.name as theater, i.name as site, i.address, t.start_time as "startTime",
     t.end_time as "endTime", h.timezone, r.currency, coalesce(r.locale, u.locale) as locale,
     t.revision + line.changes as revision, line.seats
   from reservations r
   join users u on u.id = r.user_id
   join showtimes t on t.id = r.showtime_id
   join movies m on m.id = t.movie_id
   join theaters h on h.id = t.theater_id
   join sites i on i.id = h.site_id
   cross join lateral (
     select json_agg(json_build_object('seatId', s.id, 'rowLabel', s.row_label,
         'seatNumber', s.seat_number, 'price', l.price::text,
         'ticketType', json_build_object('id', k.id, 'code', k.code, 'name', k.name),
         'needsProof', k.proof = 'gate', 'version', l.ticket_version,
         'isCancelled', l.cancelled_at is not null or r.status = 'cancelled', 'usedAt', (
           select c.scanned_at from check_ins c
           where c.reservation_id = r.id and c.seat_id = s.id and c.type = 'entry'
             and c.result = 'admitted' and c.ended_at is null))
       order by s.row_index, s.position) as seats,
       sum(l.ticket_version - 1 + (l.cancelled_at is not null)::int)::int as changes
     from reservation_seats l
     join seats s on s.id = l.seat_id
     join ticket_types k on k.id = l.ticket_type_id
     where l.reservation_id = r.id) line
   where r.id = $1`,
  sold,
);

/**
 * The tickets of a reservation: the caller's, or of a site where the caller may read. While it is not
 * paid for there are none.
 *
 * @throws NotFoundError, ForbiddenError
 */
export async function listTickets(
  ctx: ActorContext,
  { reservationId }: TicketsOf,
): Promise<Ticket[]> {
  ctx.app.ticketKeys.assertOn();
  const reservation = await readSold(ctx, reservationId);
  if (!reservation || !mayRead(ctx, reservation)) {
    throw await unreachable(ctx, { kind: 'reservation', id: reservationId });
  }
  return ticketsOf(ctx, reservation);
}

/** The tickets of a reservation that the caller of this function may see. */
export function ticketsOf(
  { app }: Pick<ServiceContext, 'app'>,
  reservation: SoldReservation,
): Ticket[] {
  if (reservation.status === 'pending') {
    return [];
  }
  const key = app.ticketKeys.signing;
  return reservation.seats.map(({ isCancelled, usedAt, ...seat }) => ({
    seatId: seat.seatId,
    rowLabel: seat.rowLabel,
    seatNumber: seat.seatNumber,
    ticketType: seat.ticketType,
    version: seat.version,
    code: signCode({ ...reservation, ...seat, version: codeVersion(seat.version) }, key),
    status: isCancelled ? 'void' : usedAt === null ? 'valid' : 'used',
    usedAt: usedAt === null ? null : new Date(usedAt),
  }));
}

/** A reservation as tickets show it; undefined when there is none with this id. */
export async function readSold(
  ctx: ServiceContext,
  reservationId: string,
): Promise<SoldReservation | undefined> {
  const [reservation] = await query(ctx, soldById, [reservationId]);
  return reservation;
}

function mayRead({ caller }: ActorContext, { userId, siteId }: SoldReservation): boolean {
  const sites = sitesWith(caller, 'read');
  return userId === caller.id || sites === null || sites.includes(siteId);
}

/**
 * What is printed for the seats of a reservation that are still sold.
 *
 * @throws NotFoundError when none is, or it is not paid for
 */
export function sheetOf(
  ctx: Pick<ServiceContext, 'app'>,
  reservation: SoldReservation,
): TicketSheet {
  const tickets = ticketsOf(ctx, reservation);
  const printed = tickets.flatMap(({ seatId, code, status }) => {
    const seat = reservation.seats.find((each) => each.seatId === seatId);
    return status === 'void' || !seat ? [] : [{ ...seat, ticketType: seat.ticketType.name, code }];
  });
  if (printed.length === 0) {
    throw noSuch('ticket');
  }
  return { ...reservation, tickets: printed };
}

/**
 * A reservation whose files somebody asks for: by the token of a mailed link, or as in `listTickets`.
 *
 * @throws StateError `LINK_INVALID`
 * @throws AuthenticationError without a link and an access token
 * @throws NotFoundError, ForbiddenError
 */
export async function readForFile(
  ctx: ServiceContext,
  { reservationId, link }: { reservationId: string; link?: string | undefined },
): Promise<SoldReservation> {
  ctx.app.ticketKeys.assertOn();
  if (link === undefined && ctx.caller && isApiKey(ctx.caller)) {
    assertReads(ctx.caller);
  }
  const reservation = await readSold(ctx, reservationId);
  if (link !== undefined) {
    assertLink(ctx, { reservationId, link });
  } else if (!reservation || !ctx.caller || !mayRead({ ...ctx, caller: ctx.caller }, reservation)) {
    throw await refusalOf(ctx, reservationId);
  }
  if (!reservation) {
    throw noSuch('reservation');
  }
  return reservation;
}

/** The step of the role, which is asked of a key as of staff. @throws ForbiddenError */
function assertReads(key: ApiKeyCaller): void {
  if (sitesWith(key, 'read')?.length === 0) {
    throw new ForbiddenError();
  }
}

async function refusalOf(ctx: ServiceContext, reservationId: string): Promise<Error> {
  return ctx.caller
    ? unreachable({ ...ctx, caller: ctx.caller }, { kind: 'reservation', id: reservationId })
    : new AuthenticationError('AUTHENTICATION_REQUIRED');
}

function assertLink(
  { app }: ServiceContext,
  { reservationId, link }: { reservationId: string; link: string },
): void {
  const read = app.fileLinks.read(link);
  if (read?.reservationId !== reservationId) {
    throw new StateError('LINK_INVALID', { reason: 'unknown' });
  }
  if (read.expiresAt <= app.clock()) {
    throw new StateError('LINK_INVALID', { reason: 'expired' });
  }
}

/** The public keys that doors verify with. @throws NotFoundError where there are no tickets */
export async function listTicketKeys(ctx: ServiceContext): Promise<TicketKeyList> {
  const keys = await ctx.app.ticketKeys.list(ctx);
  return keys.map(({ kid, x }) => ({ kid, publicKey: { kty: 'OKP', crv: 'Ed25519', x } }));
}
